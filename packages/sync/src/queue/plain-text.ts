/** How much is looked at: beyond it V8's own format is as fast. */
const mostNodes = 64;

/**
 * The JSON text of a value that JSON loses nothing of, which is most of what goes through queues: several times faster than
 * any other format.
 *
 * @returns `undefined` for a value that it is not for
 */
export function plainText(value: unknown): string | undefined {
  return isPlain(value, []) ? JSON.stringify(value) : undefined;
}

function isPlain(value: unknown, seen: object[]): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || isPlainObject(value, seen);
    default:
      return false;
  }
}

function isPlainObject(value: object, seen: object[]): boolean {
  // What is met twice has to be one object again where it arrives.
  if (seen.length === mostNodes || seen.includes(value)) return false;
  seen.push(value);
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype === Array.prototype) return Array.isArray(value) && value.length <= mostNodes && areItemsPlain(value, seen);
  if (prototype !== Object.prototype) return false;
  const keys = Object.keys(value);
  return keys.length <= mostNodes && keys.every((key) => {
    // A getter is called once, and not here.
    const field = Object.getOwnPropertyDescriptor(value, key);
    return field?.get === undefined && isPlain(field?.value, seen);
  });
}

/** A hole counts as undefined: no. */
function areItemsPlain(items: readonly unknown[], seen: object[]): boolean {
  for (const item of items) if (!isPlain(item, seen)) return false;
  return true;
}
