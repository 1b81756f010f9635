import { isThenable, show } from '@heddle/futures/authors';
import type { CancelledError } from '@heddle/futures';
import { outcomeOf } from './run-body.js';
import type { Scope } from './scope.js';
import { ScopedTask } from './scoped-task.js';
import { isFuture, stop } from './stop.js';

/** The task that follows something under way elsewhere: an executor's future, a promise. Cancelled, it stops what it follows. */
export class Follower<T> extends ScopedTask<T> {
  readonly #awaited: PromiseLike<T>;

  /** @throws TypeError when there is nothing to follow */
  constructor(where: string, parent: Scope | undefined, awaited: PromiseLike<T>) {
    if (!isThenable(awaited)) throw new TypeError(`${where}: a future or another promise is needed, got ${show(awaited)}`);
    const name = (awaited as { name?: unknown }).name;
    super(typeof name === 'string' && name !== '' ? name : 'promise', parent, false);
    this.#awaited = awaited;
    this.setRunningOrNotifyCancel();
    void outcomeOf(() => awaited).then((outcome) => {
      if (this.scope.isOpen) this.end(outcome.failed, outcome.failed ? outcome.error : outcome.value);
    });
    if (this.scope.error !== undefined) this.scopeCancelled(this.scope.error);
  }

  /** A promise can't be stopped; then nobody waits for it any longer. */
  override scopeCancelled(error: CancelledError): void {
    if (isFuture(this.#awaited)) void stop(this.#awaited, error, this.scope.graceMs);
    else this.end(true, error);
  }
}
