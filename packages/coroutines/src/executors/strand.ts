import type { CurrentTask, Executor } from '@heddle/futures';
import type { LocalRun } from '@heddle/futures/authors';
import type { Admission, Entrant } from './admission.js';

/** What a strand needs of its task. */
export interface StrandTask {
  readonly context: CurrentTask;
  readonly executor: Executor;
  readonly admission: Admission;
  readonly priority: number;
  /** One strand more, or less, that holds no slot since it awaits. */
  suspended(change: 1 | -1): void;
}

/**
 * One flow of control: a task's function, or those of a chunk's items that run one after the other.
 *
 *   holds a slot ──awaits──▶ suspended ──goesOn──▶ holds a slot ──end──▶ over
 *
 * It holds a slot unless it awaits other tasks of its executor. It takes the slot back when the last of these is done: the slot
 * which that one has just left, so nobody else gets it between. One that didn't await all it looked at (a race) goes on
 * without a slot until the others are done.
 */
export class Strand implements LocalRun {
  readonly task: StrandTask;
  #awaiting = 0;
  #isSuspended = false;
  #isOver = false;

  constructor(task: StrandTask) {
    this.task = task;
  }

  get context(): CurrentTask {
    return this.task.context;
  }

  get executor(): Executor {
    return this.task.executor;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get holdsSlot(): boolean {
    return !this.#isOver && !this.#isSuspended;
  }

  /** It awaits one more. */
  awaits(): void {
    this.#awaiting += 1;
    if (this.#isSuspended || this.#isOver) return;
    this.#isSuspended = true;
    this.task.suspended(1);
    this.task.admission.leave();
  }

  /** One that it awaits is done. */
  goesOn(): void {
    this.#awaiting -= 1;
    if (this.#awaiting > 0 || !this.#isSuspended) return;
    this.#resume();
    this.task.admission.reenter();
  }

  /** Suspends until the promise is fulfilled and a slot is free. */
  async whileAway<T>(promise: PromiseLike<T>): Promise<T> {
    this.awaits();
    const value = await promise;
    await new Promise<void>((resolve) => { this.task.admission.enqueueFirst(this.#return(resolve)); });
    return value;
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#isSuspended) this.#resume();
    else this.task.admission.leave();
  }

  #resume(): void {
    this.#isSuspended = false;
    this.task.suspended(-1);
  }

  #return(resolve: () => void): Entrant {
    return {
      priority: this.task.priority,
      isWaiting: true,
      claim: () => false,
      run: () => {
        this.#awaiting -= 1;
        if (this.#isSuspended && this.#awaiting === 0) this.#resume();
        else this.task.admission.leave(); // it is over, or still awaits something else
        resolve();
      },
    };
  }
}
