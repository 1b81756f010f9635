import { shared } from '../values/shared.js';
import type { AnyFunction } from './function-descriptor.js';

/** A function with captures that were named, or taken, at some time. */
export interface Closure {
  readonly fn: AnyFunction;
  readonly captures: ReadonlyMap<string, unknown>;
}

const closures = shared('closures', () => new WeakMap<AnyFunction, Closure>());

/** What {@link closure} noted of a function. */
export function closureOf(fn: AnyFunction): Closure | undefined {
  return closures.get(fn);
}

/**
 * A function by value, with the variables around it that it uses named by hand. A function that is submitted as it is has
 * them found by itself; name them where that is not possible (in a browser, in Bun and Deno, under Node's `--permission`),
 * or to have it run with other values.
 *
 * @param fn - the function
 * @param captures - the variables, by the names that `fn` calls them; they are read now. Those left out are found as always
 * @returns a function that does the same, and travels with these values; called here, it has its own
 *   An arrow function's `this` can be named too, as `{ this: ... }`: it can't be found
 * @throws TypeError when `fn` is no function, or `captures` no object, or a `this` is named that is no object
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

/** A function that does as `fn`, and travels with these values. */
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
