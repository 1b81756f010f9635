import { difference } from '../src/difference.mjs';
import { sampled, warmUp } from '../src/sample.mjs';
import { Wrong } from '../src/wrong.mjs';

/** @import { Bench, Codec } from '../types.d.ts' */

/**
 * @typedef {object} Shape
 * @property {() => unknown} make
 * @property {ReadonlyArray<new (...args: never[]) => object>} [classes] of instances in it
 * @property {boolean} [isGrouped] the fields of the value are encoded one by one first, to say which of them arrive as they were
 * @property {number} [times] a sample is the mean of so many; by default 1
 */

/** An encoder and its decoder, alone: no longer than it takes to see through the noise, so that all of them fit into one run. */
const SHARE = 1 / 3;

/**
 * There and back, in the unit of the row.
 * @param {Bench} bench
 * @param {Shape} shape
 * @param {number} perMs how many of the unit there are in a millisecond
 */
export const measureValue = async ({ openCodec, contestant, scale }, { make, classes, isGrouped, times = 1 }, perMs = 1) => {
  const codec = openCodec(classes && { classes });
  const value = make();
  const note = isGrouped ? keptGroups(codec, /** @type {Record<string, unknown>} */ (value)) : kept(codec, value);
  if (contestant.kind === 'ours' && note !== ALL) throw new Wrong(note);
  const bytes = codec.bytes(codec.encode(value)) / 1024;
  const once = async () => {
    const start = performance.now();
    for (let i = 0; i < times; i++) codec.decode(codec.encode(value));
    return ((performance.now() - start) * perMs) / times;
  };
  const budget = { ...scale, budgetMs: scale.budgetMs * SHARE, maxSamples: 100 };
  await warmUp(budget, once);
  return { ...(await sampled(budget, once)), extras: { bytes }, note };
};

const ALL = 'yes';

/**
 * @param {Codec} codec
 * @param {unknown} value
 */
const kept = (codec, value) => {
  const lost = lossOf(codec, 'value', value);
  return lost === undefined ? ALL : `no: ${lost}`;
};

/**
 * @param {Codec} codec
 * @param {Record<string, unknown>} groups
 */
const keptGroups = (codec, groups) => {
  const lost = Object.entries(groups).flatMap(([name, group]) => lossOf(codec, name, group) ?? []);
  return lost.length ? `no: ${lost.join('; ')}` : ALL;
};

/**
 * @param {Codec} codec
 * @param {string} name
 * @param {unknown} value
 */
const lossOf = (codec, name, value) => {
  let encoded;
  try {
    encoded = codec.encode(value);
  } catch (error) {
    // Of a group: then the whole can't be encoded either.
    throw new Error(`refuses ${name}: ${reasonOf(error)}`, { cause: error });
  }
  return difference(value, codec.decode(encoded), name);
};

/** Some say only in the cause, and in its class, what it is about. @param {unknown} error @returns {string} */
const reasonOf = (error) => {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  const { name } = error.constructor;
  return /^(Type|Range)?Error$/.test(name) ? error.message : `${name}: ${error.message}`;
};

/** The same memory moves on and on, so that none has to be made: that would cost a thousand times as much. @param {Bench} bench */
export const measureMoved = async ({ openCodec, scale }) => {
  const { move } = openCodec();
  if (!move) throw new Error('it has no way to move memory');
  const times = 1000;
  let array = new Float64Array((8 << 20) / 8);
  const once = async () => {
    const first = array;
    const start = performance.now();
    for (let i = 0; i < times; i++) array = move(array);
    const us = ((performance.now() - start) * 1000) / times;
    if (first.length !== 0 || array.length !== (8 << 20) / 8) throw new Wrong('the array was not moved');
    return us;
  };
  await warmUp(scale, once);
  return sampled({ ...scale, maxSamples: 100 }, once);
};

/** Nanoseconds to find that arguments travel as they are. @param {Bench} bench */
export const measureAsTheyAre = async ({ openCodec, scale }) => {
  const { travelAsTheyAre } = openCodec();
  if (!travelAsTheyAre) throw new Error('it has no such question');
  const value = await perList(scale, travelAsTheyAre, 3);
  return {
    ...value,
    extras: { one: (await perList(scale, travelAsTheyAre, 1)).value, eight: (await perList(scale, travelAsTheyAre, 8)).value },
  };
};

/** In nanoseconds, of different lists with `length` primitives each. */
const perList = async (
  /** @type {Bench['scale']} */ scale,
  /** @type {(args: readonly unknown[]) => boolean} */ ask,
  /** @type {number} */ length,
) => {
  const lists = Array.from({ length: 10_000 }, (_, i) => Array.from({ length }, (_, j) => primitive(i * 7 + j)));
  const once = async () => {
    let count = 0;
    const start = performance.now();
    for (const list of lists) if (ask(list)) count += 1;
    const ns = ((performance.now() - start) * 1e6) / lists.length;
    if (count !== lists.length) throw new Wrong(`${count} of ${lists.length} lists of primitives travel as they are`);
    return ns;
  };
  const third = { ...scale, budgetMs: scale.budgetMs / 3, maxSamples: 1000 };
  await warmUp(third, once);
  return sampled(third, once);
};

/** @param {number} i */
const primitive = (i) => [i, `text ${i}`, i % 2 === 0, undefined, null, BigInt(i), i / 3][i % 7];
