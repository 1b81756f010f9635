/** The name of the method that Node's `console.log` and `util.inspect` call for a text. */
export const inspectKey: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;
