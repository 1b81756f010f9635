/** Finds the built-in class of a prototype, in every realm. It asks the engine, and never relies on a name alone. */

/**
 * The text of a function. The method is read now, since a program may replace it later. function-text.ts also checks whether it was
 * replaced already, which a worker omits.
 */
export const sourceOf: (fn: unknown) => string = Function.prototype.call.bind(Function.prototype.toString) as (fn: unknown) => string; // eslint-disable-line @typescript-eslint/unbound-method

/** The names of built-in classes by their prototypes; '' for prototypes of other classes. */
const names = new WeakMap<object, string>();

/** Returns the name of the built-in class that has this prototype; '' when no built-in class has it. */
export function builtInName(prototype: object): string {
  const known = names.get(prototype);
  if (known !== undefined) return known;
  const own = Object.getOwnPropertyDescriptor(prototype, 'constructor');
  // Under --frozen-intrinsics the constructors are accessors, whose getters hold them as `value`.
  const constructor = (own?.value ?? (own?.get as { value?: unknown } | undefined)?.value) as unknown;
  const isBuiltIn = typeof constructor === 'function' && constructor.prototype === prototype && isNative(constructor);
  const name = isBuiltIn ? constructor.name : '';
  names.set(prototype, name);
  return name;
}

/** Tells whether a function is the engine's own, and no program made it. */
export function isNative(fn: unknown): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(sourceOf(fn));
}
