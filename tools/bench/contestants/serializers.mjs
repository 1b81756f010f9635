// Ways to make something of a value that can travel, and the value again. Peers are told of the class where a shape has instances of it.
import { deserialize, serialize } from 'node:v8';
import { orAbsent } from '../src/absent.mjs';

/** @import { Contestant, OpenCodec } from '../types.d.ts' */

const NONCE = 0x5eed;

/** Structured clone doesn't say what it writes: the same V8 code writes this. @param {unknown} value */
const clonedBytes = (value) => serialize(value).length;

/** @param {string} text */
const textBytes = (text) => Buffer.byteLength(text);

const heddle = async () => /** @type {any} */ (await import('@heddle/serialization').catch(orAbsent));

/** @returns {Promise<OpenCodec>} */
const loadClone = async () => {
  const { closure, decodeValue, describeToEncode, encodeValue, loadClasses, serializable, transfer, travelsAsIs } = await heddle();
  const decode = (/** @type {any} */ { value, encoded, transfer: list }) => {
    const arrived = structuredClone(value, list && { transfer: list });
    if (!encoded) return arrived;
    loadClasses(arrived);
    return decodeValue(arrived, 'code');
  };
  const encode = (/** @type {unknown} */ value) => encodeValue(value, 'args', true, 'thread');
  return ({ classes = [] } = {}) => {
    for (const Class of classes) serializable(Class);
    return {
      encode,
      decode,
      bytes: ({ value }) => clonedBytes(value),
      move: (array) => decode(encode(transfer(array))),
      // As submit asks it.
      travelAsTheyAre: (args) => {
        for (const arg of args) if (!travelsAsIs(arg)) return false;
        return true;
      },
      // As executors do for each task of a function with captures.
      capture: (fn) => ({ descriptor: describeToEncode(fn), ...encodeValue(fn, 'task', false, 'thread') }),
      named: closure,
    };
  };
};

/** @returns {Promise<OpenCodec>} */
const loadBytes = async () => {
  const { decodeValue, encodeValue, loadClasses, serializable } = await heddle();
  const { FrameReader, writeFrame } = /** @type {any} */ (await import('@heddle/serialization/frames').catch(orAbsent));
  return ({ classes = [] } = {}) => {
    for (const Class of classes) serializable(Class);
    /** @type {any} */
    let message;
    const reader = new FrameReader(NONCE, (/** @type {unknown} */ read) => void (message = read));
    return {
      encode: (value) => {
        const { value: ready, encoded } = encodeValue(value, 'args', true, 'process');
        return writeFrame(NONCE, [ready, encoded]);
      },
      decode: (parts) => {
        for (const part of parts) reader.push(part);
        const [value, encoded] = message;
        if (!encoded) return value;
        loadClasses(value);
        return decodeValue(value, 'code');
      },
      bytes: (parts) => parts.reduce((/** @type {number} */ sum, /** @type {Uint8Array} */ part) => sum + part.length, 0),
    };
  };
};

/** @returns {Promise<OpenCodec>} */
const loadDevalue = async () => {
  const { parse, stringify } = await import('devalue');
  return ({ classes = [] } = {}) => {
    if (!classes.length) return { encode: (value) => stringify(value), decode: parse, bytes: textBytes };
    const reducers = Object.fromEntries(
      classes.map((Class) => [Class.name, (/** @type {unknown} */ value) => value instanceof Class && { ...value }]),
    );
    const revivers = Object.fromEntries(
      classes.map((Class) => [Class.name, (/** @type {object} */ fields) => Object.assign(Object.create(Class.prototype), fields)]),
    );
    return { encode: (value) => stringify(value, reducers), decode: (text) => parse(text, revivers), bytes: textBytes };
  };
};

/** @returns {Promise<OpenCodec>} */
const loadSeroval = async () => {
  const { createPlugin, fromJSON, toJSON } = /** @type {any} */ (await import('seroval'));
  return ({ classes = [] } = {}) => {
    const plugins = classes.map((Class) =>
      createPlugin({
        tag: Class.name,
        skipPlainObjects: true,
        test: (/** @type {unknown} */ value) => value instanceof Class,
        parse: { sync: (/** @type {object} */ value, /** @type {any} */ context) => ({ fields: context.parse({ ...value }) }) },
        serialize: () => {
          throw new Error('its JSON alone is asked for');
        },
        deserialize: (/** @type {any} */ node, /** @type {any} */ context) =>
          Object.assign(Object.create(Class.prototype), context.deserialize(node.fields)),
      }),
    );
    const options = plugins.length ? { plugins } : undefined;
    return {
      encode: (value) => JSON.stringify(toJSON(value, options)),
      decode: (text) => fromJSON(JSON.parse(text), options),
      bytes: textBytes,
    };
  };
};

/** @returns {Promise<OpenCodec>} */
const loadSuperjson = async () => {
  const { SuperJSON } = await import('superjson');
  return ({ classes = [] } = {}) => {
    const superjson = new SuperJSON();
    for (const Class of classes) superjson.registerClass(/** @type {any} */ (Class));
    return { encode: (value) => superjson.stringify(value), decode: (text) => superjson.parse(text), bytes: textBytes };
  };
};

/** @type {Contestant[]} */
export const contestants = [
  { name: 'heddle-clone', kind: 'ours', about: 'to threads: encodeValue, structuredClone, decodeValue', loadCodec: loadClone },
  { name: 'heddle-bytes', kind: 'ours', about: 'to processes: encodeValue, writeFrame, FrameReader, decodeValue', loadCodec: loadBytes },
  {
    name: 'structured-clone',
    kind: 'limit',
    about: 'structuredClone',
    loadCodec: async () => () => ({
      encode: (value) => value,
      decode: (value) => structuredClone(value),
      bytes: clonedBytes,
      move: (array) => structuredClone(array, { transfer: [array.buffer] }),
    }),
  },
  {
    name: 'v8',
    kind: 'limit',
    about: 'v8.serialize, v8.deserialize',
    loadCodec: async () => () => ({ encode: serialize, decode: deserialize, bytes: ({ length }) => length }),
  },
  {
    name: 'json',
    kind: 'limit',
    about: 'JSON.stringify, JSON.parse',
    loadCodec: async () => () => ({ encode: (value) => JSON.stringify(value), decode: (text) => JSON.parse(text), bytes: textBytes }),
  },
  { name: 'devalue', kind: 'peer', about: 'stringify, parse', package: 'devalue', loadCodec: loadDevalue },
  { name: 'seroval', kind: 'peer', about: 'toJSON and fromJSON, with JSON between them', package: 'seroval', loadCodec: loadSeroval },
  { name: 'superjson', kind: 'peer', about: 'stringify, parse', package: 'superjson', loadCodec: loadSuperjson },
];
