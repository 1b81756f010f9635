// Whether what arrived is what was sent: values, prototypes, fields, and which objects are one and the same.
import { types } from 'node:util';

/**
 * @param {unknown} sent
 * @param {unknown} arrived
 * @param {string} [path] what the value is called
 * @returns {string | undefined} the first place where they differ, and how
 */
export const difference = (sent, arrived, path = 'value') => differ(sent, arrived, path, new Map());

/**
 * @param {unknown} a
 * @param {unknown} b
 * @param {string} path
 * @param {Map<object, object>} twins
 * @returns {string | undefined}
 */
const differ = (a, b, path, twins) => {
  if (Object.is(a, b)) return undefined;
  if (!isObject(a) || !isObject(b)) return `${path} became ${said(b)}`;
  const twin = twins.get(a);
  if (twin) return twin === b ? undefined : `${path} became another object than before`;
  twins.set(a, b);
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${path} became ${said(b)}`;
  return insides(a, b, path, twins);
};

/**
 * @param {any} a
 * @param {any} b
 * @param {string} path
 * @param {Map<object, object>} twins
 */
const insides = (a, b, path, twins) => {
  if (ArrayBuffer.isView(a)) return sameBytes(a, b) ? undefined : `${path} has other bytes`;
  if (types.isMap(a)) return differ([...a].flat(), [...b].flat(), `${path}.entries`, twins);
  if (types.isSet(a)) return differ([...a], [...b], `${path}.values`, twins);
  if (types.isDate(a) && !Object.is(a.getTime(), b.getTime())) return `${path} became another date`;
  if (a instanceof URL && a.href !== b.href) return `${path} became another URL`;
  // Not only the enumerable ones: those of errors are not.
  for (const key of new Set([...Reflect.ownKeys(a), ...Reflect.ownKeys(b)])) {
    // The platform's own notes, which are no part of the value.
    if (typeof key === 'symbol') continue;
    const at = Array.isArray(a) ? `${path}[${key}]` : `${path}.${key}`;
    if (!Object.hasOwn(a, key)) return `${at} was added`;
    if (!Object.hasOwn(b, key)) return `${at} is lost`;
    const found = differ(a[key], b[key], at, twins);
    if (found) return found;
  }
  return undefined;
};

/** @param {unknown} value @returns {value is object} */
const isObject = (value) => typeof value === 'object' && value !== null;

/** @param {ArrayBufferView} a @param {ArrayBufferView} b */
const sameBytes = (a, b) =>
  a.byteLength === b.byteLength &&
  Buffer.compare(Buffer.from(a.buffer, a.byteOffset, a.byteLength), Buffer.from(b.buffer, b.byteOffset, b.byteLength)) === 0;

/** @param {unknown} value */
const said = (value) => {
  if (typeof value === 'string') return 'a string';
  if (!isObject(value)) return String(value);
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  return name === 'Object' ? 'a plain object' : `an instance of ${name}`;
};
