/** References to the functions that an application's workers expose. */
import type { AnyFunction } from '@heddle/futures';

interface ObservableLike<T> {
  subscribe(next: (value: T) => void, error?: (error: unknown) => void, complete?: () => void): { unsubscribe(): void };
}

/** What `Transfer()` of threads.js gives. */
interface Transferred<T> {
  readonly send: T;
  readonly transferables: readonly unknown[];
}

type Sent<T> = T extends Transferred<infer S> ? S : T;
type Sendable<A extends readonly unknown[]> = { [I in keyof A]: A[I] | Transferred<A[I]> };

/** A reference to an exposed function. One that returns an observable is for `stream`. */
export type ExposedFunction<F> = F extends (...args: infer A) => infer R
  ? R extends ObservableLike<infer T>
    ? (...args: Sendable<A>) => AsyncIterable<Sent<T>>
    : (...args: Sendable<A>) => Sent<Awaited<R>>
  : never;

/** References to all functions of an exposed object. */
export type Exposed<M> = { readonly [K in keyof M as M[K] extends AnyFunction ? K : never]: ExposedFunction<M[K]> };

/** The name that a reference stands for; '' for the only function of a worker that exposes one. */
export interface ExposedName {
  readonly name: string;
}

const names = new WeakMap<AnyFunction, ExposedName>();
const references = new Map<string, AnyFunction>();

function reference(name: string): AnyFunction {
  const known = references.get(name);
  if (known !== undefined) return known;
  const what = name === '' ? 'the exposed function' : `"${name}"`;
  const fn = (): never => {
    throw new TypeError(`${what} runs in the workers of threads.js only: submit it to the ThreadsJsExecutor over them`);
  };
  Object.defineProperty(fn, 'name', { value: name === '' ? 'exposed' : name });
  names.set(fn, { name });
  references.set(name, fn);
  return fn;
}

/** @returns what a function refers to; `undefined` for functions that are no references */
export function exposedName(fn: AnyFunction): ExposedName | undefined {
  return names.get(fn);
}

/**
 * Makes references to the functions that a worker exposes as an object. They are what the executor's methods take.
 *
 * @typeParam M - the type of the exposed object
 * @returns an object whose properties are the references
 * @example
 * ```ts
 * import { exposed } from '@heddle/threadsjs';
 *
 * const image = { resize: (name: string, width: number) => `${name} ${width}` }; // the worker has: expose(image)
 * export const { resize } = exposed<typeof image>(); // executor.submit(resize, 'cat.png', 100)
 * ```
 */
export function exposed<M extends object>(): Exposed<M> {
  return new Proxy(Object.create(null) as Exposed<M>, {
    // A promise that resolves to the object asks whether it has `then`.
    get: (_target, key) => (typeof key === 'string' && key !== 'then' ? reference(key) : undefined),
  });
}

/**
 * Makes a reference to the function of a worker that exposes one function instead of an object.
 *
 * @typeParam F - the type of the exposed function
 * @returns the reference
 * @example
 * ```ts
 * import { exposedFunction } from '@heddle/threadsjs';
 *
 * const fibonacci = (n: number): number => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2)); // the worker has: expose(fibonacci)
 * export const remote = exposedFunction<typeof fibonacci>(); // executor.submit(remote, 30)
 * ```
 */
export function exposedFunction<F extends AnyFunction>(): ExposedFunction<F> {
  return reference('') as ExposedFunction<F>;
}
