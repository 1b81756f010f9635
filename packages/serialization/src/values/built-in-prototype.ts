/** Whose prototype is whose: built-in classes by what the engine says of them, in whichever realm, never by their name alone. */

/** The text of a function. Taken now, since a program may put another one in its place; function-text.ts also looks whether one has, which a worker does without. */
export const sourceOf: (fn: unknown) => string = Function.prototype.call.bind(Function.prototype.toString) as (fn: unknown) => string; // eslint-disable-line @typescript-eslint/unbound-method

/** The names of built-in classes by their prototypes; '' for prototypes of other classes. */
const names = new WeakMap<object, string>();

/** The name of the built-in class that this is the prototype of; '' when it is of none. */
export function builtInName(prototype: object): string {
  const known = names.get(prototype);
  if (known !== undefined) return known;
  const constructor = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown;
  const isBuiltIn = typeof constructor === 'function' && constructor.prototype === prototype && isNative(constructor);
  const name = isBuiltIn ? constructor.name : '';
  names.set(prototype, name);
  return name;
}

/** Whether the engine, and no program, made a function. */
export function isNative(fn: unknown): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(sourceOf(fn));
}
