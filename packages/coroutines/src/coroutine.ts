import { runIn } from './ambient.js';
import { nextTurn } from './next-turn.js';
import { endRest, outcomeOf } from './run-body.js';
import type { Scope } from './scope.js';
import { ScopedTask } from './scoped-task.js';

/** A function as tasks are made of: what it returns is awaited. */
export type CoroutineFunction = (...args: never[]) => unknown;

/**
 * The task that is a running function.
 *
 *   made ──▶ pending ──in a later turn──▶ running ──its function ends──▶ what it began has ended ──▶ done, its scope is closed
 */
export class Coroutine<T> extends ScopedTask<T> {
  readonly #fn: CoroutineFunction;
  readonly #args: readonly unknown[];

  constructor(parent: Scope | undefined, fn: CoroutineFunction, args: readonly unknown[], shielded = false) {
    super(fn.name === '' ? 'anonymous' : fn.name, parent, shielded);
    this.#fn = fn;
    this.#args = args;
    if (this.scope.error === undefined) void runIn(this.scope, () => this.#run());
    else this.scopeCancelled(this.scope.error);
  }

  async #run(): Promise<void> {
    await nextTurn; // nothing of a task runs within the call that makes it
    if (!this.setRunningOrNotifyCancel()) return;
    const outcome = await outcomeOf(() => (this.#fn as (...args: readonly unknown[]) => T)(...this.#args));
    if (!this.scope.isEmpty) await endRest(this.scope, `task "${this.name}"`);
    this.end(outcome);
  }
}
