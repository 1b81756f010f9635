/**
 * Several things awaited together: what gather, race, any and waitFor have in common.
 *
 *   functions, futures, promises ──▶ branches ──enough has ended──▶ the rest is stopped, and waited for ──▶ an answer
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

/** What verbs can wait for: a function, which they begin as a task, a Future, or any promise. A promise can't be cancelled. */
export type Awaitable<T = unknown> = PromiseLike<T> | (() => T);

/** What waiting for an {@link Awaitable} gives. */
export type ValueOf<A> = A extends (...args: never[]) => infer R ? Awaited<R> : Awaited<A>;

export class Branches {
  readonly #where: string;
  readonly #scope: Scope | undefined;
  readonly #graceMs: number | undefined;
  readonly #awaited: readonly PromiseLike<unknown>[];
  /** By their places; a hole is what has not ended. */
  readonly outcomes: (Outcome<unknown> | undefined)[];
  /** The places of those that have ended, in the order in which they did. */
  readonly ended: number[] = [];
  /** Each resolves when the outcome is noted. */
  readonly #noted: readonly Promise<void>[];
  #onEnd: (() => void) | undefined;

  /**
   * Begins the functions, in `scope`: none when one of the awaitables is none, or the scope is cancelled.
   *
   * @param graceMs - how long what is stopped may take; a coroutine is waited for without end when it is left out
   * @throws TypeError; CancelledError
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
   * Waits until all have ended, or enough have.
   *
   * @param enough - asked after each end, with its outcome
   * @throws CancelledError when the scope is cancelled, after everything has been stopped
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
   * Stops all that have not ended, and waits for those that can be stopped.
   *
   * @returns what they threw that is no sign of having been stopped
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

/** As `await` takes it: a task that awaits itself is told so. */
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
