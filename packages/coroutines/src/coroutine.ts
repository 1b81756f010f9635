import { CancelledError, FutureController } from '@heddle/futures';
import { reportError, startTimer } from '@heddle/futures/authors';
import { runIn } from './ambient.js';
import { cancelledBy, gaveWay } from './cancelled-by.js';
import { reportOverdue } from './overdue.js';
import { Scope, type ScopeOwner } from './scope.js';
import { Task } from './task.js';

/** A function as tasks are made of: what it returns is awaited. */
export type CoroutineFunction = (...args: never[]) => unknown;

/**
 * A running function: the controller of its {@link Task}, and the owner of its scope.
 *
 *   made ──▶ pending ──in a later turn──▶ running ──its function ends──▶ what it began has ended ──▶ done, its scope is closed
 */
export class Coroutine<T> extends FutureController<T> implements ScopeOwner {
  declare readonly future: Task<T>;
  readonly scope: Scope;
  readonly #fn: CoroutineFunction;
  readonly #args: readonly unknown[];

  constructor(parent: Scope | undefined, fn: CoroutineFunction, args: readonly unknown[], shielded = false) {
    super(fn.name === '' ? 'anonymous' : fn.name, Task);
    this.#fn = fn;
    this.#args = args;
    this.scope = new Scope(parent, this, shielded);
    if (this.scope.error === undefined) void runIn(this.scope, () => this.#run());
    else this.scopeCancelled(this.scope.error);
  }

  get isRunning(): boolean {
    return this.future.state === 'running';
  }

  /** Told by the scope. One that has not begun never will; one that runs hears it from what it waits for. */
  scopeCancelled(error: CancelledError): void {
    if (this.future.state !== 'pending') return;
    this.setCancelled(error);
    this.scope.close();
  }

  override onCancel(_reason: unknown): boolean {
    this.scope.close();
    return true;
  }

  override onCancelRunning(reason: unknown): boolean {
    this.scope.cancel(this.#cancelledBy(reason));
    return true;
  }

  /** After the grace the task fails, and the coroutine is left to itself: nothing can stop a function of one's own thread. */
  override async onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    const error = this.#cancelledBy(reason);
    this.scope.cancel(error, Infinity);
    await new Promise<void>((resolve) => {
      const stopTimer = startTimer(graceMs, resolve);
      this.scope.onClose(() => {
        stopTimer();
        resolve();
      });
    });
    if (this.future.done()) return this.future.cancelled();
    reportOverdue(`task "${this.name}"`, graceMs, 'left to itself', error);
    this.setException(this.abortError(reason));
    this.scope.close(); // whoever waits for all in a scope no longer waits for this one
    return true;
  }

  async #run(): Promise<void> {
    await undefined; // nothing of a task runs within the call that makes it
    if (!this.setRunningOrNotifyCancel()) return;
    let outcome: unknown;
    let failed = false;
    try {
      outcome = await (this.#fn as (...args: readonly unknown[]) => unknown)(...this.#args);
    } catch (error) {
      failed = true;
      outcome = error;
    }
    if (!this.scope.isEmpty) {
      this.scope.cancelChildren(new CancelledError(`task "${this.name}", which had begun this, has ended`));
      await this.scope.emptied();
    }
    this.#end(failed, outcome);
  }

  #end(failed: boolean, outcome: unknown): void {
    const { future, scope } = this;
    const { error } = scope;
    scope.close();
    if (future.done()) {
      if (failed && !gaveWay(outcome, error)) reportError(`task "${this.name}", which was left to itself, failed`, 'HEDDLE_NEVER_RETRIEVED', outcome);
    } else if (!failed) this.setResult(outcome as T);
    else if (error !== undefined && gaveWay(outcome, error)) this.setCancelled(error);
    else {
      this.setException(outcome);
      scope.parent?.onFailure?.(outcome, future);
    }
  }

  #cancelledBy(reason: unknown): CancelledError {
    return cancelledBy(`task "${this.name}" was cancelled`, reason);
  }
}
