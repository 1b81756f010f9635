import { show } from '../helpers/options.js';
import type { Executor } from './executor.js';

interface DefaultExecutor {
  /** The executor that the application chose. */
  chosen?: Executor | undefined;
  /** Makes the executor that a package of executors offers. */
  factory?: (() => Executor) | undefined;
}

// Shared by all copies of the package in this realm.
const key = Symbol.for('heddle.defaultExecutor');
const registry = globalThis as { [key]?: DefaultExecutor | undefined };
const entry = (): DefaultExecutor => (registry[key] ??= {});

/** Offers an executor for code that needs one and was given none. The first offer counts. For packages of executors. */
export function provideDefaultExecutor(factory: () => Executor): void {
  entry().factory ??= factory;
}

/**
 * Chooses the executor that `toThread` uses, as asyncio's `loop.set_default_executor`. Heddle does not shut it down; that is up to you.
 *
 * @param executor - the executor; `undefined` goes back to the one that `@heddle/threads` offers
 * @throws TypeError when `executor` is not an executor
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

/** Returns the executor that was chosen, otherwise the one that is offered; `undefined` when there is neither. */
export function defaultExecutor(): Executor | undefined {
  const { chosen, factory } = entry();
  return chosen ?? factory?.();
}
