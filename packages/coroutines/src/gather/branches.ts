/**
 * Waits for several functions, futures and promises together. gather, race, any and waitFor are built on it.
 *
 *   functions, futures, promises ──▶ branches ──enough have ended──▶ the rest is stopped and waited for ──▶ the result
 */
import type { CancelledError } from '@heddle/futures';
import { isThenable, show } from '@heddle/futures/authors';
import { isCancellation } from '../scopes/cancelled-by.js';
import type { Outcome } from '../scopes/run-body.js';
import type { Scope } from '../scopes/scope.js';
import { suspend } from '../scopes/suspend.js';
import { Coroutine, type CoroutineFunction } from '../tasks/coroutine.js';
import { exceptionGroupOf } from '../tasks/exception-group-of.js';
import { isFuture, stop } from '../tasks/stop.js';

/**
 * Something to wait for: a function, which is begun as a task, a Future, or any other promise. A promise that is not a Future can't be
 * cancelled.
 */
export type Awaitable<T = unknown> = PromiseLike<T> | (() => T);

/** The value of an {@link Awaitable}. */
export type ValueOf<A> = A extends (...args: never[]) => infer R ? Awaited<R> : Awaited<A>;

export class Branches {
  readonly #where: string;
  readonly #scope: Scope | undefined;
  readonly #graceMs: number | undefined;
  readonly #awaited: readonly PromiseLike<unknown>[];
  /** The outcome of each branch, by its index; `undefined` until it has ended. */
  readonly outcomes: (Outcome<unknown> | undefined)[];
  /** The indices of the branches that have ended, in the order in which they ended. */
  readonly ended: number[] = [];
  /** For each branch, a promise that resolves when its outcome is noted. */
  readonly #noted: readonly Promise<void>[];
  #onEnd: (() => void) | undefined;

  /**
   * Begins the functions in `scope`. Begins none when it throws.
   *
   * @param graceMs - how many milliseconds stopped tasks may take to end; without it, coroutines are waited for without a limit
   * @throws TypeError when something can't be awaited; CancelledError when the scope is cancelled
   */
  constructor(where: string, scope: Scope | undefined, awaitables: Iterable<unknown>, graceMs?: number) {
    if (typeof (awaitables as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator] !== 'function') {
      throw new TypeError(`${where}: an array of functions or promises is needed, got ${show(awaitables)}`);
    }
    const all = [...awaitables];
    for (const each of all) checkAwaitable(where, each);
    if (scope?.error !== undefined) throw scope.error;
    this.#where = where;
    this.#scope = scope;
    this.#graceMs = graceMs;
    this.#awaited = all.map((each) =>
      typeof each === 'function' ? new Coroutine(scope, each as CoroutineFunction, []).future : (each as PromiseLike<unknown>),
    );
    this.outcomes = this.#awaited.map(() => undefined);
    this.#noted = this.#awaited.map((each, i) =>
      asPromise(each).then(
        (value) => {
          this.#note(i, { failed: false, value });
        },
        (error: unknown) => {
          this.#note(i, { failed: true, error });
        },
      ),
    );
  }

  #note(i: number, outcome: Outcome<unknown>): void {
    this.outcomes[i] = outcome;
    this.ended.push(i);
    this.#onEnd?.();
  }

  /**
   * Waits until all branches have ended, or `enough` returns true.
   *
   * @param enough - called for each branch that ends, with its outcome
   * @throws CancelledError when the scope is cancelled, after all branches were stopped
   */
  async until(enough: (outcome: Outcome<unknown>) => boolean): Promise<void> {
    const { outcomes, ended } = this;
    if (outcomes.length === 0) return;
    try {
      await suspend<undefined>((resolve) => {
        let seen = 0;
        this.#onEnd = (): void => {
          for (; seen < ended.length; seen++) if (enough(outcomes[ended[seen] ?? 0] as Outcome<unknown>)) resolve(undefined);
          if (seen === outcomes.length) resolve(undefined);
        };
        return () => undefined;
      }, this.#scope);
    } catch (error) {
      const errors = await this.stop(error as CancelledError);
      throw errors.length === 0 ? error : exceptionGroupOf(this.#where, errors);
    } finally {
      this.#onEnd = undefined;
    }
  }

  /**
   * Stops all branches that have not ended, and waits for those that can be stopped.
   *
   * @returns the errors that they threw for other reasons than having been stopped
   */
  async stop(error: CancelledError): Promise<unknown[]> {
    const open = [...this.#awaited.keys()].filter((i) => this.outcomes[i] === undefined);
    await Promise.all(
      open.map(async (i) => {
        const each = this.#awaited[i];
        await stop(each, error, this.#graceMs);
        if (isFuture(each) && each.done()) await this.#noted[i];
      }),
    );
    return open.flatMap((i) => {
      const outcome = this.outcomes[i];
      return outcome?.failed === true && !isCancellation(outcome.error, error) ? [outcome.error] : [];
    });
  }
}

/** Converts as `await` does. For a task that awaits itself, the promise rejects. */
function asPromise(awaited: PromiseLike<unknown>): Promise<unknown> {
  try {
    return Promise.resolve(awaited);
  } catch (error) {
    return Promise.reject(error);
  }
}

function checkAwaitable(where: string, value: unknown): void {
  if (typeof value === 'function' || isThenable(value) || isFuture(value)) return;
  throw new TypeError(`${where}: a function to begin, a future or another promise is needed, got ${show(value)}`);
}
