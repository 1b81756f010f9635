import type { Future } from '../future/future.js';
import type { Reservation, TaskRequest } from './task-request.js';

/** The reservations of the maps that a backend has accepted: their chunks may follow after shutdown. */
export class Reservations {
  readonly #open = new Set<(error?: unknown) => void>();
  readonly #whenNone: () => void;

  /** @param whenNone - is called each time a reservation ends */
  constructor(whenNone: () => void) {
    this.#whenNone = whenNone;
  }

  get size(): number {
    return this.#open.size;
  }

  add(onCancel: (error?: unknown) => void, schedule: (request: TaskRequest) => Future<unknown>): Reservation {
    this.#open.add(onCancel);
    const close = (): void => {
      if (this.#open.delete(onCancel)) this.#whenNone();
    };
    return { schedule, close };
  }

  /** @param error - the error with which the maps end; without it, they end as cancelled */
  cancelAll(error?: unknown): void {
    for (const cancel of [...this.#open]) cancel(error);
  }
}
