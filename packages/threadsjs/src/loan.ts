/**
 * A thread for as long as the crew lends it. It has one slot: a task holds it while it runs, and leaves it while it stands still, as a
 * stream does whose consumer is slow. So such a stream does not keep its worker from other tasks.
 */
import type { ThreadHandle } from './thread-handle.js';
import type { ThreadsJsTask } from './threads-js-task.js';

/** The part of the backend that a loan uses. */
export interface LoanOwner {
  /** Takes the next task out of the queue. */
  next(): ThreadsJsTask | undefined;
  /** Runs a task. The promise resolves when the thread is free of it, and never rejects. */
  run(task: ThreadsJsTask, thread: ThreadHandle): Promise<void>;
}

/** After this time in milliseconds a loan ends, so that a pool's other tasks have their turn. */
const loanMs = 10;

export class Loan {
  readonly #owner: LoanOwner;
  readonly #thread: ThreadHandle;
  readonly #endAt: number = performance.now() + loanMs;
  readonly #onEnd: () => void;
  /** The tasks on the thread, and those of them that hold the slot. */
  #tasks = 0;
  #holders = 0;
  #isOver = false;

  /** @param onEnd - is called when the thread has no task any more, and takes none */
  constructor(owner: LoanOwner, thread: ThreadHandle, onEnd: () => void) {
    this.#owner = owner;
    this.#thread = thread;
    this.#onEnd = onEnd;
  }

  /** Runs the next task, if the slot is free. Call it again whenever there may be another task. */
  proceed(): void {
    if (this.#isOver || this.#holders > 0) return;
    const isLast = this.#thread.exit !== undefined || (this.#tasks === 0 && performance.now() > this.#endAt);
    const task = isLast ? undefined : this.#owner.next();
    if (task !== undefined) {
      void this.#run(task);
      return;
    }
    if (this.#tasks > 0) return;
    this.#isOver = true;
    this.#onEnd();
  }

  async #run(task: ThreadsJsTask): Promise<void> {
    const slot = { isHeld: true };
    this.#tasks += 1;
    this.#holders += 1;
    task.onStanding = (stands) => {
      if (stands !== slot.isHeld) return;
      slot.isHeld = !stands;
      this.#holders += stands ? -1 : 1;
      if (stands) this.proceed();
    };
    await this.#owner.run(task, this.#thread);
    task.onStanding = undefined;
    this.#tasks -= 1;
    if (slot.isHeld) this.#holders -= 1;
    this.proceed();
  }
}
