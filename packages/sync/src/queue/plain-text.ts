import { types } from 'node:util';

/** How much is looked at: beyond it V8's own format is as fast. */
const mostNodes = 64;
/** Quotation marks, backslashes, control characters, halves of a pair. */
const needsEscape = /["\\\p{Cc}\p{Cs}]/u;
const mostKeys = 1000;

/** Keys as they are written: objects in queues have the same again and again. */
const writtenKeys = new Map<string, string>();

/**
 * The JSON text of a value that JSON loses nothing of, which is most of what goes through queues: several times faster than
 * V8's format, and, since it asks what it has to ask while it writes, twice as fast as `JSON.stringify`.
 *
 * @returns `undefined` for a value that it is not for
 */
export function plainText(value: unknown): string | undefined {
  return write(value, []);
}

function write(value: unknown, seen: object[]): string | undefined {
  switch (typeof value) {
    case 'string':
      return needsEscape.test(value) ? JSON.stringify(value) : `"${value}"`;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? String(value) : undefined;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : writeObject(value, seen);
    default:
      return undefined;
  }
}

function writeObject(value: object, seen: object[]): string | undefined {
  // What is met twice has to be one object again where it arrives.
  if (seen.length === mostNodes || seen.includes(value) || types.isProxy(value)) return undefined;
  seen.push(value);
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype === Array.prototype) return Array.isArray(value) ? writeItems(value, seen) : undefined;
  return prototype === Object.prototype ? writeFields(value, seen) : undefined;
}

/** A hole counts as undefined: it is not written. */
function writeItems(items: readonly unknown[], seen: object[]): string | undefined {
  if (items.length > mostNodes) return undefined;
  // JSON leaves behind what an array has beside its elements.
  const keys = Object.keys(items);
  if (keys.length !== items.length || (keys.length > 0 && keys.at(-1) !== String(keys.length - 1))) return undefined;
  let text = '';
  for (const item of items) {
    const written = write(item, seen);
    if (written === undefined) return undefined;
    text = text === '' ? written : `${text},${written}`;
  }
  return `[${text}]`;
}

function writeFields(fields: object, seen: object[]): string | undefined {
  const keys = Object.keys(fields);
  // What shows no keys may be more than a record, and what has symbols is refused: encodeValue tells.
  if (keys.length === 0 || keys.length > mostNodes || Object.getOwnPropertySymbols(fields).length > 0) return undefined;
  let text = '';
  for (const key of keys) {
    // A getter is called once, and not here.
    const field = Object.getOwnPropertyDescriptor(fields, key);
    const written = field?.get === undefined ? write(field?.value, seen) : undefined;
    if (written === undefined) return undefined;
    text = text === '' ? writeKey(key) + written : `${text},${writeKey(key)}${written}`;
  }
  return `{${text}}`;
}

function writeKey(key: string): string {
  let written = writtenKeys.get(key);
  if (written === undefined) {
    written = `${JSON.stringify(key)}:`;
    if (writtenKeys.size < mostKeys) writtenKeys.set(key, written);
  }
  return written;
}
