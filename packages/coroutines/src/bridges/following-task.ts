import type { CancelledError } from '@heddle/futures';
import { isThenable, show } from '@heddle/futures/authors';
import { captureOutcome } from '../scopes/run-body.js';
import type { Scope } from '../scopes/scope.js';
import { ScopedTask } from '../tasks/scoped-task.js';
import { isFuture, stop } from '../tasks/stop.js';

/** The controller of a task that follows an executor's future or a promise. When the task is cancelled, it stops the future. */
export class FollowingTask<T> extends ScopedTask<T> {
  readonly #awaited: PromiseLike<T>;

  /** @throws TypeError when `awaited` is not a promise */
  constructor(where: string, parent: Scope | undefined, awaited: PromiseLike<T>) {
    if (!isThenable(awaited)) throw new TypeError(`${where}: a future or another promise is needed, got ${show(awaited)}`);
    const name = (awaited as { name?: unknown }).name;
    super(typeof name === 'string' && name !== '' ? name : 'promise', parent, false);
    this.#awaited = awaited;
    this.setRunningOrNotifyCancel();
    void captureOutcome(() => awaited).then((outcome) => {
      if (this.scope.isOpen) this.end(outcome.failed, outcome.failed ? outcome.error : outcome.value);
    });
    if (this.scope.error !== undefined) this.scopeCancelled(this.scope.error);
  }

  /** Stops the future. When it can't be stopped, as any other promise, the task ends without it. */
  override scopeCancelled(error: CancelledError): void {
    const awaited = this.#awaited;
    const giveUp = (): void => {
      if (this.scope.isOpen && !(isFuture(awaited) && awaited.done())) this.end(true, error);
    };
    if (isFuture(awaited)) void stop(awaited, error, this.scope.graceMs).then(giveUp);
    else giveUp();
  }
}
