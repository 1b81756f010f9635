import type { Backend, Future, Reservation, TaskRequest } from '@heddle/futures';

/** A decorator's task, which may schedule what runs beneath it later, or again. */
export interface HeldTask {
  /**
   * What has not begun won't be run.
   *
   * @param error - why, when the executor broke; none: its shutdown cancels what waits
   */
  giveUp(error: unknown): void;
}

/**
 * The right to schedule beneath a decorator, also when the executor there has begun to shut down: for one submit, or for a map.
 * It lasts until whoever got it has let go of it and all tasks that were started under it are done.
 */
export class Hold {
  readonly #reservation: Reservation;
  readonly #tasks = new Set<HeldTask>();
  /** Of its tasks: see FutureController.failureOwner. */
  failureOwner: object | undefined;
  #isLetGo = false;
  #isClosed = false;

  /**
   * @param reserve - of the executor beneath
   * @param onCancel - told before the tasks when what has not begun won't be run
   */
  constructor(reserve: Backend['reserve'], onCancel?: (error?: unknown) => void) {
    this.#reservation = reserve((error) => {
      onCancel?.(error);
      for (const task of [...this.#tasks]) task.giveUp(error);
    });
  }

  /** Runs a request beneath. @throws what the executor throws */
  schedule(request: TaskRequest): Future<unknown> {
    return this.#reservation.schedule(request);
  }

  add(task: HeldTask): void {
    this.#tasks.add(task);
  }

  remove(task: HeldTask): void {
    this.#tasks.delete(task);
    this.#closeIfDone();
  }

  letGo(): void {
    this.#isLetGo = true;
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (!this.#isLetGo || this.#isClosed || this.#tasks.size > 0) return;
    this.#isClosed = true;
    this.#reservation.close();
    this.onClose();
  }

  /** Nothing more will be scheduled. */
  protected onClose(): void {
    // of interest to holds on more than one executor
  }
}
