import { types } from 'node:util';

/** The most objects and members looked at: beyond it V8's own format is as fast. */
const mostNodes = 64;
/** Quotation marks, backslashes, control characters and lone surrogates. */
const needsEscape = /["\\\p{Cc}\p{Cs}]/u;
const mostKeys = 1000;

/** Keys in their written form, since objects in queues have the same keys again and again. */
const writtenKeys = new Map<string, string>();

/**
 * Writes a value as JSON text if JSON loses nothing of it, which holds for most items of queues. This is several times faster than V8's
 * format. It checks while it writes, and so is twice as fast as `JSON.stringify`.
 *
 * @returns `undefined` when JSON would lose something
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
  // An object that is met twice has to arrive as one object, which JSON can't do.
  if (seen.length === mostNodes || seen.includes(value) || types.isProxy(value)) return undefined;
  seen.push(value);
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype === Array.prototype) return Array.isArray(value) ? writeItems(value, seen) : undefined;
  return prototype === Object.prototype ? writeFields(value, seen) : undefined;
}

/** A hole counts as undefined, so its array is not written. */
function writeItems(items: readonly unknown[], seen: object[]): string | undefined {
  if (items.length > mostNodes) return undefined;
  // JSON drops the properties of an array beside its elements.
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
  // An object without visible keys may be more than a record, and one with symbols is refused: `encodeValue` decides.
  if (keys.length === 0 || keys.length > mostNodes || Object.getOwnPropertySymbols(fields).length > 0) return undefined;
  let text = '';
  for (const key of keys) {
    // A getter must be called only once, so not here.
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
