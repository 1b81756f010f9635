import type { Executor, Future, Reservation, TaskRequest } from '@heddle/futures';
import { ForwardingExecutor, watch } from '@heddle/futures/authors';

/** Keeps in mind what was submitted through it, to be able to stop it. */
export class ServiceExecutor extends ForwardingExecutor {
  /** For messages: the name of the executor's class. */
  readonly name: string;
  readonly #unsettled = new Set<Future<unknown>>();
  readonly #settled = (future: Future<unknown>): void => {
    this.#unsettled.delete(future);
  };

  constructor(executor: Executor) {
    super(executor);
    this.name = executor.constructor.name;
  }

  override schedule(request: TaskRequest): Future<unknown> {
    return this.#follow(super.schedule(request));
  }

  override reserve(onCancel: (error?: unknown) => void): Reservation {
    const reservation = super.reserve(onCancel);
    return {
      schedule: (request) => this.#follow(reservation.schedule(request)),
      close: () => {
        reservation.close();
      },
    };
  }

  /** Cancels what has not begun, and tells what runs, which may take its time. */
  stopTasks(reason: unknown): void {
    for (const future of [...this.#unsettled]) future.abort(reason, { graceMs: Infinity }).catch(() => undefined);
  }

  #follow(future: Future<unknown>): Future<unknown> {
    this.#unsettled.add(future);
    watch(future, this.#settled);
    return future;
  }
}
