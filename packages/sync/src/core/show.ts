/** Names the method that Node's `console.log` and `util.inspect` ask for a text. */
export const inspectKey: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** What `console.log` shows of an object, as Python's `repr`: `Lock { locked: true, waiting: 2 }`. */
export function shown(name: string, facts: Readonly<Record<string, number | boolean>>): string {
  return `${name} { ${Object.entries(facts)
    .map(([key, value]) => `${key}: ${String(value)}`)
    .join(', ')} }`;
}
