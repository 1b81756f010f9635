import { isThenable } from '@heddle/futures/authors';
import { isFollowed, runIn } from '../scopes/ambient.js';
import { cancelRemaining } from '../scopes/run-body.js';
import type { Scope } from '../scopes/scope.js';
import { ScopedTask } from './scoped-task.js';

/** A function that runs as a task. Its result is awaited. */
export type CoroutineFunction = (...args: never[]) => unknown;

const resolved = Promise.resolve();

/** Calls back in a later turn of the microtask queue, in the async context of this call: that of the coroutine's scope. */
const schedule = (onTurn: () => void): void => void resolved.then(onTurn);

/**
 * The controller of a task that runs a function.
 *
 *   made ──▶ pending ──in a later turn──▶ running ──the function ends──▶ the scope is idle ──▶ done, scope closed
 *
 * This class has no async functions: each call would cost a promise and its reactions, and a program may begin 100,000 tasks.
 */
export class Coroutine<T> extends ScopedTask<T> {
  readonly #fn: CoroutineFunction;
  readonly #args: readonly unknown[];

  constructor(parent: Scope | undefined, fn: CoroutineFunction, args: readonly unknown[], shielded = false) {
    super(fn.name === '' ? 'anonymous' : fn.name, parent, shielded);
    this.#fn = fn;
    this.#args = args;
    const { error } = this.scope;
    if (error !== undefined) this.scopeCancelled(error);
    // A task never begins within the call that makes it.
    else
      runIn(this.scope, schedule, () => {
        this.#begin();
      });
  }

  #begin(): void {
    if (!this.setRunningOrNotifyCancel()) return;
    let result: unknown;
    try {
      const fn = this.#fn as (...args: readonly unknown[]) => unknown;
      result = isFollowed ? fn(...this.#args) : runIn(this.scope, fn, ...this.#args);
    } catch (error) {
      this.#ended(true, error);
      return;
    }
    if (!isThenable(result)) {
      this.#ended(false, result);
      return;
    }
    (result instanceof Promise ? result : Promise.resolve(result)).then(
      (value) => {
        this.#ended(false, value);
      },
      (error: unknown) => {
        this.#ended(true, error);
      },
    );
  }

  #ended(failed: boolean, outcome: unknown): void {
    if (this.scope.isIdle) this.end(failed, outcome);
    else
      void cancelRemaining(this.scope, `task "${this.name}"`).then(() => {
        this.end(failed, outcome);
      });
  }
}
