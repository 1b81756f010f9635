/** Names the method that Node's `console.log` and `util.inspect` call for an object's text. */
export const inspectKey: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** @returns the text that `console.log` shows for an object, as Python's `repr`: `Lock { locked: true, waiting: 2 }` */
export function shown(name: string, facts: Readonly<Record<string, number | boolean>>): string {
  return `${name} { ${Object.entries(facts)
    .map(([key, value]) => `${key}: ${String(value)}`)
    .join(', ')} }`;
}
