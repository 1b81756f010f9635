import type { Backend, Executor, Future, Reservation, TaskRequest } from '@heddle/futures';
import { ForwardingBackend, backendOf, behindFrames, failureOwnerOf, internalFrames } from '@heddle/futures/authors';
import { DecoratorReservation } from './decorator-reservation.js';

internalFrames.add(import.meta.url, 'coroutines/dist/bundle/');

/** How many stack frames a decorator adds between the user's call and the executor beneath. */
const ownFrames = 12;

/**
 * The base of all decorators: a backend that forwards everything to the one beneath, except that a subclass runs the tasks.
 *
 * An executor over it is a view, as those of `with` are: its workers, `statistics()` and `shutdown()` are those of the executor beneath.
 */
export abstract class DecoratorBackend extends ForwardingBackend {
  /**
   * @param where - the decorator's name, for messages
   * @throws TypeError when `executor` is not an Executor
   */
  protected constructor(where: string, executor: Executor) {
    super(backendOf(executor, `${where}: executor`));
  }

  /**
   * Runs a task.
   *
   * @param reservation - schedules on the executor beneath: now, later, or several times
   */
  protected abstract start(request: TaskRequest, reservation: DecoratorReservation): Future<unknown>;

  /** Reserves on the executor beneath, for a submit or a map. */
  protected makeReservation(reserve: Backend['reserve'], onCancel?: (error?: unknown) => void): DecoratorReservation {
    return new DecoratorReservation(reserve, onCancel);
  }

  override schedule(request: TaskRequest): Future<unknown> {
    return behindFrames(ownFrames, () => {
      const reservation = this.#owned(this.makeReservation((onCancel) => super.reserve(onCancel)));
      try {
        return this.start(request, reservation);
      } finally {
        reservation.close();
      }
    });
  }

  override reserve(onCancel: (error?: unknown) => void): Reservation {
    const reservation = behindFrames(ownFrames, () => this.#owned(this.makeReservation((cancel) => super.reserve(cancel), onCancel)));
    return {
      schedule: (request) => this.start(request, reservation),
      close: () => {
        reservation.close();
      },
    };
  }

  #owned(reservation: DecoratorReservation): DecoratorReservation {
    reservation.failureOwner = failureOwnerOf(this);
    return reservation;
  }
}
