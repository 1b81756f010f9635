import { FutureController, type CancelledError } from '@heddle/futures';
import { reportError, startTimer } from '@heddle/futures/authors';
import { cancelledBy, isCancellation } from '../scopes/cancelled-by.js';
import { reportOverdue } from '../scopes/overdue.js';
import { Scope, type ScopeOwner } from '../scopes/scope.js';
import { forgetController, Task } from './task.js';

/** The controller of a {@link Task}, and the owner of the task's scope. The task and its scope are cancelled together. */
export abstract class ScopedTask<T> extends FutureController<T> implements ScopeOwner {
  declare readonly future: Task<T>;
  readonly scope: Scope;

  constructor(name: string, parent: Scope | undefined, shielded: boolean) {
    super(name, Task);
    this.scope = new Scope(parent, this, shielded);
  }

  get isRunning(): boolean {
    return this.future.state === 'running';
  }

  /** The scope was cancelled. A task that has not begun is cancelled at once; a running one ends when its next wait throws. */
  scopeCancelled(error: CancelledError): void {
    if (this.future.state !== 'pending') return;
    this.setCancelled(error);
    this.#close();
  }

  override onCancel(_reason: unknown): boolean {
    this.#close();
    return true;
  }

  override onCancelRunning(reason: unknown): boolean {
    this.scope.cancel(this.#cancelledBy(reason));
    return true;
  }

  /** After the grace period the task fails, and its function goes on: nothing can stop a function on the same thread. */
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
    this.#close(); // the scope around no longer waits for this task
    return true;
  }

  /** The function of the task has ended, and its scope is idle. */
  protected end(failed: boolean, outcome: unknown): void {
    const { future, scope } = this;
    const { error } = scope;
    this.#close();
    if (future.done()) {
      if (failed && !isCancellation(outcome, error))
        reportError(`task "${this.name}", which was left to itself, failed`, 'HEDDLE_NEVER_RETRIEVED', outcome);
    } else if (!failed) this.setResult(outcome as T);
    else if (error !== undefined && isCancellation(outcome, error)) this.setCancelled(error);
    else {
      this.setException(outcome);
      scope.parent?.extras.onFailure?.(outcome, this);
    }
  }

  #close(): void {
    this.scope.close();
    forgetController(this.future);
  }

  #cancelledBy(reason: unknown): CancelledError {
    return cancelledBy(`task "${this.name}" was cancelled`, reason);
  }
}
