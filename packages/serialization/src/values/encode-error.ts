/**
 * Encodes an error as a record, from which decode-error.ts rebuilds it in the receiver's realm. The record has the error's class, message,
 * code, own fields, cause and `errors`. It has the marker, so that the decoder finds it in any tree.
 */
import { isHeddleError } from '@heddle/futures/errors';
import { constructorName } from './constructor-name.js';
import { errorClassName, quotaKeys } from './error-classes.js';
import { marker } from './marker.js';

/** An error on the wire. */
export interface ErrorRecord {
  readonly [marker]: 'error';
  /** The name of the nearest built-in class, which the receiver knows. */
  readonly base: string;
  /** The code of an error of Heddle. */
  readonly heddle?: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** The error's own fields, encoded. A text replaces a field that cannot travel, and says so. */
  fields: Record<string, unknown>;
  /** The names of the fields that are not enumerable. */
  readonly hidden?: string[];
  cause?: { readonly value: unknown };
  errors?: unknown[];
  /** The error's class, if it is a registered one; see records.ts. */
  instance?: { readonly class: number; readonly data?: unknown };
}

const ownBusiness = new Set(['stack', 'message', 'cause', 'errors', 'name', 'constructor']);

function text(read: () => unknown): string {
  try {
    return String(read());
  } catch {
    return '';
  }
}

function nearestBuiltIn(error: object): string {
  for (
    let prototype = Object.getPrototypeOf(error) as object | null;
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    const name = errorClassName(prototype);
    if (name !== undefined) return name;
  }
  return 'Error';
}

/** Returns the `name` of a class's errors: `LinkError` for `WebAssembly.LinkError`. */
function lastPart(base: string): string {
  return base.slice(base.lastIndexOf('.') + 1);
}

/** Returns the name to show: the error's own or, if it never set one, the name of its class. */
function shownName(error: Error, base: string): string {
  const name = text(() => (error as { name?: unknown }).name ?? '');
  const ofClass = constructorName(error);
  return (name === lastPart(base) || name === 'Error') && ofClass !== '' && !isHeddleError(error) ? ofClass : name || base;
}

/**
 * Encodes an error. It never refuses one, since a field that cannot travel must not hide the error.
 *
 * @param encode - encodes a value below the error; if it throws, the text of `unsendable` replaces the value
 * @param register - is called with the record before the error's parts are encoded, since causes may be cyclic
 */
export function encodeError(
  error: Error,
  encode: (value: unknown) => unknown,
  unsendable: (problem: unknown) => string,
  register: (record: ErrorRecord) => void,
): ErrorRecord {
  const base = nearestBuiltIn(error);
  const record: ErrorRecord = {
    [marker]: 'error',
    base,
    ...(isHeddleError(error) ? { heddle: error.code } : {}),
    name: shownName(error, base),
    message: text(() => ('message' in error ? error.message : '')),
    stack: text(() => error.stack ?? ''),
    fields: {},
  };
  register(record);
  const lenient = (read: () => unknown): unknown => {
    try {
      return encode(read());
    } catch (problem) {
      return unsendable(problem);
    }
  };
  const properties = error as unknown as Record<string, unknown>;
  const hidden: string[] = [];
  for (const key of Object.getOwnPropertyNames(error)) {
    if (ownBusiness.has(key)) continue;
    record.fields[key] = lenient(() => properties[key]);
    if (!Object.prototype.propertyIsEnumerable.call(error, key)) hidden.push(key);
  }
  if (base === 'QuotaExceededError') for (const key of quotaKeys) record.fields[key] = lenient(() => properties[key]);
  if (hidden.length > 0) Object.assign(record, { hidden });
  if (Object.hasOwn(error, 'cause')) record.cause = { value: lenient(() => error.cause) };
  const { errors } = error as { errors?: unknown };
  if (Array.isArray(errors)) record.errors = errors.map((each: unknown) => lenient(() => each));
  return record;
}
