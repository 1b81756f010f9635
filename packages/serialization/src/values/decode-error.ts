import { types } from 'node:util';
import { heddleErrorClass, withStackLimit } from '@heddle/futures/errors';
import { constructorName } from './constructor-name.js';
import type { ErrorRecord } from './encode-error.js';
import { makeError, quotaKeys } from './error-classes.js';

function construct(record: ErrorRecord): Error {
  // The error gets the stack of the record, so a stack that is captured here would be useless.
  return withStackLimit(0, () => {
    const HeddleClass = record.heddle === undefined ? undefined : heddleErrorClass(record.heddle);
    if (HeddleClass !== undefined) return new HeddleClass(record.message);
    return makeError(record.base, record.message, record.name, record.fields);
  });
}

/** Returns the stack with the error's own class at its beginning, where V8 wrote the name of a built-in class. */
function titled({ stack, name, base }: ErrorRecord): string {
  if (stack.startsWith(name)) return stack;
  for (const other of [base, 'Error']) if (stack.startsWith(other)) return name + stack.slice(other.length);
  return stack;
}

function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true });
}

/** The registered class of an error: its prototype, or the error that its `decode` made. */
export interface OfClass {
  readonly prototype?: object;
  /** The error that the class's `decode` made. */
  readonly error?: unknown;
}

/** Replaces a part of an error that cannot be rebuilt by a text. The part must not hide the error. */
function lenient<T>(read: () => T): T | string {
  try {
    return read();
  } catch (problem) {
    return `[${problem instanceof Error ? problem.message : String(problem)}]`;
  }
}

/** Gives an error its cause. decode.ts calls it in a loop, since a chain of causes may be long. */
export function setCause(error: Error, decode: () => unknown): void {
  define(error, 'cause', lenient(decode), false);
}

/**
 * Rebuilds an error in this realm, except for its cause ({@link setCause}).
 *
 * @param register - is called with the error before its parts are decoded, since causes may be cyclic
 * @param ofClass - finds the error's registered class; if it throws, the error has its built-in base class
 */
export function decodeError(
  record: ErrorRecord,
  decode: (value: unknown) => unknown,
  register: (error: Error) => void,
  ofClass: () => OfClass | undefined,
): Error {
  const found = lenient(ofClass);
  const of = typeof found === 'object' ? found : {};
  const isMade = types.isNativeError(of.error);
  const error = isMade ? of.error : construct(record);
  if (of.prototype !== undefined) Object.setPrototypeOf(error, of.prototype);
  register(error);
  define(error, 'stack', isMade || of.prototype !== undefined ? record.stack : titled(record), false);
  const below = (value: unknown): unknown => lenient(() => decode(value));
  if (record.errors !== undefined) define(error, 'errors', record.errors.map(below), false);
  if (isMade) return error;
  const isNamed = error.name === record.name || (of.prototype !== undefined && record.name === constructorName(error));
  if (!isNamed) define(error, 'name', record.name, false);
  const isQuota = record.base === 'QuotaExceededError';
  for (const [key, value] of Object.entries(record.fields)) {
    if (isQuota && (quotaKeys as readonly string[]).includes(key) && key in error) continue; // the constructor has set it
    define(error, key, below(value), record.hidden?.includes(key) !== true);
  }
  return error;
}
