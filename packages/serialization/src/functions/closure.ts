import { shared } from '../values/shared.js';
import type { AnyFunction } from './function-descriptor.js';

/** A function whose captures were named by hand, or taken at an earlier time. */
export interface Closure {
  readonly fn: AnyFunction;
  readonly captures: ReadonlyMap<string, unknown>;
}

const closures = shared('closures', () => new WeakMap<AnyFunction, Closure>());

/** The captures that {@link closure} noted for a function. */
export function closureOf(fn: AnyFunction): Closure | undefined {
  return closures.get(fn);
}

/**
 * Names by hand the variables that a function captures. Heddle finds the captures of a submitted function without it. Name them
 * where that is not possible (in a browser, in Bun and Deno, under Node's `--permission`), or to run the function with other values.
 *
 * @param fn - the function
 * @param captures - the values of the variables, by their names in `fn`. They are read now. Heddle finds the variables that you leave
 *   out. You can also name the `this` of an arrow function, as `{ this: ... }`; Heddle cannot find it
 * @returns a function that does the same and travels with these values. A call on this side uses the function's own variables
 * @throws TypeError when `fn` is not a function, when `captures` is not an object, or when `this` is named and is not an object
 * @example
 * ```ts
 * import { closure } from '@heddle/serialization';
 *
 * const factor = 3;
 * export const scale: (n: number) => number = closure((n: number) => n * factor, { factor });
 * ```
 */
export function closure<F extends AnyFunction>(fn: F, captures: Readonly<Record<string, unknown>> = {}): F {
  if (typeof fn !== 'function') throw new TypeError(`closure: fn must be a function, got ${(fn as unknown) === null ? 'null' : typeof fn}`);
  if (typeof captures !== 'object' || (captures as unknown) === null) {
    throw new TypeError('closure: captures must be an object of variables by their names, as in closure(fn, { factor })');
  }
  const named = new Map(Object.entries(captures));
  const self = named.get('this');
  if (named.has('this') && (typeof self !== 'object' || self === null) && typeof self !== 'function') {
    throw new TypeError(`closure: "this" must be an object, got ${self === null ? 'null' : typeof self}; pass other values as arguments`);
  }
  return bindCaptures(fn, named);
}

/** Returns a function that does the same as `fn` and travels with these values. */
export function bindCaptures<F extends AnyFunction>(fn: F, captures: ReadonlyMap<string, unknown>): F {
  const known = closures.get(fn);
  const inner = known?.fn ?? fn;
  const bound = function (this: unknown, ...args: never[]): unknown {
    return Reflect.apply(inner, this, args);
  } as F;
  Object.defineProperty(bound, 'name', { value: inner.name, configurable: true });
  closures.set(bound, { fn: inner, captures: new Map([...(known?.captures ?? []), ...captures]) });
  return bound;
}
