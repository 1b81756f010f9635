import { FutureController, type CancelledError } from '@heddle/futures';
import { reportError, startTimer } from '@heddle/futures/authors';
import { cancelledBy, isCancellation } from '../scopes/cancelled-by.js';
import { reportOverdue } from '../scopes/overdue.js';
import { Scope, type ScopeOwner } from '../scopes/scope.js';
import { forgetController, Task } from './task.js';

/** The controller of a {@link Task}, and the owner of its scope: what is cancelled together with it. */
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

  /** Told by the scope. One that has not begun never will; one that runs has to give way. */
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

  /** After the grace the task fails, and what it runs is left to itself: nothing can stop a function of one's own thread. */
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
    this.#close(); // whoever waits for all in a scope no longer waits for this one
    return true;
  }

  /** What it runs has ended, and nothing is left in its scope. */
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
