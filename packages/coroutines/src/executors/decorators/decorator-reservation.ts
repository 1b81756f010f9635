import type { Backend, Future, Reservation, TaskRequest } from '@heddle/futures';

/** A decorator's task, which may schedule on the executor beneath later, or again. */
export interface ReservedTask {
  /**
   * The executor beneath runs nothing more that has not begun.
   *
   * @param error - the reason when the executor broke; `undefined` when its shutdown cancels waiting tasks
   */
  giveUp(error: unknown): void;
}

/**
 * A decorator's reservation on the executor beneath, for one submit or one map. Tasks can be scheduled under it also after that
 * executor has begun to shut down. It ends when `close` was called and all its tasks are done.
 */
export class DecoratorReservation {
  readonly #reservation: Reservation;
  readonly #tasks = new Set<ReservedTask>();
  /** That of its tasks: see FutureController.failureOwner. */
  failureOwner: object | undefined;
  #isClosing = false;
  #hasEnded = false;

  /**
   * @param reserve - makes a reservation on the executor beneath
   * @param onCancel - called, before the tasks are told, when the executor beneath runs nothing more that has not begun
   */
  constructor(reserve: Backend['reserve'], onCancel?: (error?: unknown) => void) {
    this.#reservation = reserve((error) => {
      onCancel?.(error);
      for (const task of [...this.#tasks]) task.giveUp(error);
    });
  }

  /** Schedules a request on the executor beneath. @throws what that executor throws */
  schedule(request: TaskRequest): Future<unknown> {
    return this.#reservation.schedule(request);
  }

  add(task: ReservedTask): void {
    this.#tasks.add(task);
  }

  remove(task: ReservedTask): void {
    this.#tasks.delete(task);
    this.#endIfDone();
  }

  /** No task will be added. */
  close(): void {
    this.#isClosing = true;
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (!this.#isClosing || this.#hasEnded || this.#tasks.size > 0) return;
    this.#hasEnded = true;
    this.#reservation.close();
    this.onEnd();
  }

  /** Nothing more will be scheduled. */
  protected onEnd(): void {
    // overridden by reservations on more than one executor
  }
}
