/** How many bytes a value takes, about: what `bufferBytes` counts. */

/** The bytes of a number, a reference, a key: what holds no data of its own. */
const slotBytes = 8;
/** How deep values are looked into: a list of records with a buffer each. */
const depthLimit = 3;

/**
 * Returns the bytes of buffers and strings, and 8 for everything else. It looks into arrays, plain objects, maps and sets, three levels deep. A
 * view counts as the bytes that it shows.
 */
export function bytesOf(value: unknown, depth: number = depthLimit): number {
  if (typeof value === 'string') return slotBytes + 2 * value.length;
  if (typeof value !== 'object' || value === null) return slotBytes;
  const { byteLength, size } = value as { readonly byteLength?: unknown; readonly size?: unknown };
  if (ArrayBuffer.isView(value) || (typeof byteLength === 'number' && isBuffer(value))) return slotBytes + Number(byteLength);
  if (typeof Blob !== 'undefined' && value instanceof Blob) return slotBytes + Number(size);
  if (depth === 0) return slotBytes;
  let bytes = slotBytes;
  for (const member of membersOf(value)) bytes += bytesOf(member, depth - 1);
  return bytes;
}

function isBuffer(value: object): boolean {
  return /^\[object (?:Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value));
}

/** Calls no getters: the value belongs to the user. */
function membersOf(value: object): Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Set) return value;
  if (value instanceof Map) return value.values();
  return Object.keys(value).map((key): unknown => Object.getOwnPropertyDescriptor(value, key)?.value);
}
