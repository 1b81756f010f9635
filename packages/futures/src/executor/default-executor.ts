import { show } from '../helpers/options.js';
import type { Executor } from './executor.js';

interface DefaultExecutor {
  /** What the application chose. */
  chosen?: Executor | undefined;
  /** What a package of executors offers. */
  factory?: (() => Executor) | undefined;
}

// Shared by all copies of the package in this realm.
const key = Symbol.for('heddle.defaultExecutor');
const registry = globalThis as { [key]?: DefaultExecutor | undefined };
const entry = (): DefaultExecutor => (registry[key] ??= {});

/** Offers an executor to whoever needs one and was given none. The first offer stands. For packages of executors. */
export function provideDefaultExecutor(factory: () => Executor): void {
  entry().factory ??= factory;
}

/**
 * Chooses the executor that `toThread` uses, as asyncio's `loop.set_default_executor`. It is not shut down by anybody but you.
 *
 * @param executor - `undefined` goes back to the one that `@heddle/threads` offers
 * @throws TypeError when it is no executor
 * @example
 * ```ts
 * import { ThreadPoolExecutor, setDefaultExecutor } from 'heddle';
 *
 * setDefaultExecutor(new ThreadPoolExecutor({ maxWorkers: 2 })); // toThread() uses it
 * ```
 */
export function setDefaultExecutor(executor: Executor | undefined): void {
  if (executor !== undefined && typeof (executor as Partial<Executor> | null)?.submit !== 'function') {
    throw new TypeError(`setDefaultExecutor: an Executor is needed, got ${show(executor)}`);
  }
  entry().chosen = executor;
}

/** The executor that was chosen, else the one that is offered; `undefined` when neither is there. */
export function defaultExecutor(): Executor | undefined {
  const { chosen, factory } = entry();
  return chosen ?? factory?.();
}
