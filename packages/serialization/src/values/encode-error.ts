/**
 * How an error travels: as a record from which decode-error.ts rebuilds it in the receiver's realm, with its class,
 * message, code, own fields, cause and `errors`. The record has the marker, so that decoding finds it in any tree.
 */
import { isHeddleError } from '@heddle/futures/errors';
import { constructorName } from './constructor-name.js';
import { errorClassName, quotaKeys } from './error-classes.js';
import { marker } from './marker.js';

/** An error on the wire. */
export interface ErrorRecord {
  readonly [marker]: 'error';
  /** The nearest class that the receiver knows: a built-in's name. */
  readonly base: string;
  /** The code of an error of Heddle. */
  readonly heddle?: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Own fields, encoded; what could not travel is a text that says so. */
  fields: Record<string, unknown>;
  /** Which of the fields are not enumerable. */
  readonly hidden?: string[];
  cause?: { readonly value: unknown };
  errors?: unknown[];
  /** Its class, when it is a registered one; see records.ts. */
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

/** Of `WebAssembly.LinkError`, what its instances are named. */
function lastPart(base: string): string {
  return base.slice(base.lastIndexOf('.') + 1);
}

/** The name to show: the error's own, or its class's when it never set one. */
function shownName(error: Error, base: string): string {
  const name = text(() => (error as { name?: unknown }).name ?? '');
  const ofClass = constructorName(error);
  return (name === lastPart(base) || name === 'Error') && ofClass !== '' && !isHeddleError(error) ? ofClass : name || base;
}

/**
 * Encodes an error; never refuses one: an error must not be hidden by what hangs on it.
 *
 * @param encode - encodes a value below the error; what it throws is replaced by `unsendable`'s text
 * @param register - told of the record before anything below is encoded, since causes may be cyclic
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
    message: text(() => error.message),
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
