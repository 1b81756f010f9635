/** Returns the name of a value's class; '' when it has none. */
export function constructorName(value: object): string {
  try {
    const { constructor } = value as { constructor?: { name?: unknown } };
    return typeof constructor === 'function' && typeof constructor.name === 'string' ? constructor.name : '';
  } catch {
    return '';
  }
}
