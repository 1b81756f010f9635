import { heddleErrorClass } from '@heddle/futures/errors';
import type { ErrorRecord } from './encode-error.js';

type ErrorClass = new (message?: string, options?: unknown) => Error;

const builtIns: Readonly<Record<string, ErrorClass>> = {
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
};

function construct(record: ErrorRecord): Error {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0; // the stack is the record's; capturing one here would be thrown away
  try {
    if (record.base === 'AggregateError') return new AggregateError([], record.message);
    if (record.base === 'DOMException') return new DOMException(record.message, record.name);
    const HeddleClass = record.heddle === undefined ? undefined : heddleErrorClass(record.heddle);
    if (HeddleClass !== undefined) return new HeddleClass(record.message);
    return new (builtIns[record.base] ?? Error)(record.message);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The stack, beginning with the error's own class where V8 wrote that of a built-in. */
function titled({ stack, name, base }: ErrorRecord): string {
  if (stack.startsWith(name)) return stack;
  for (const other of [base, 'Error']) if (stack.startsWith(other)) return name + stack.slice(other.length);
  return stack;
}

function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true });
}

/**
 * Rebuilds an error in this realm.
 *
 * @param register - told of the error before anything below is decoded, since causes may be cyclic
 */
export function decodeError(record: ErrorRecord, decode: (value: unknown) => unknown, register: (error: Error) => void): Error {
  const error = construct(record);
  register(error);
  define(error, 'stack', titled(record), false);
  if (error.name !== record.name) define(error, 'name', record.name, false);
  for (const [key, value] of Object.entries(record.fields)) define(error, key, decode(value), true);
  if (record.cause !== undefined) define(error, 'cause', decode(record.cause.value), false);
  if (record.errors !== undefined) define(error, 'errors', record.errors.map(decode), false);
  return error;
}
