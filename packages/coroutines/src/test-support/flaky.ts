import { Executor, FutureController, type Future, type Reservation, type TaskRequest } from '@heddle/futures';
import { ForwardingBackend, backendOf } from '@heddle/futures/authors';

/** What the tasks of {@link flaky} fail with at first. */
export class FlakyError extends Error {}

/** An executor whose tasks fail `times` times before they reach the one beneath: they run there as if nothing had been. */
export function flaky(executor: Executor, times: number): Executor {
  return new Executor(new Flaky(executor, times));
}

class Flaky extends ForwardingBackend {
  readonly #times: number;

  constructor(executor: Executor, times: number) {
    super(backendOf(executor));
    this.#times = times;
  }

  override schedule(request: TaskRequest): Future<unknown> {
    return this.#try(request, (reached) => super.schedule(reached));
  }

  override reserve(onCancel: (error?: unknown) => void): Reservation {
    const reservation = super.reserve(onCancel);
    return {
      schedule: (request) => this.#try(request, (reached) => reservation.schedule(reached)),
      close: () => {
        reservation.close();
      },
    };
  }

  #try(request: TaskRequest, schedule: (request: TaskRequest) => Future<unknown>): Future<unknown> {
    const { attempt = 1, options } = request;
    if (attempt > this.#times || options.signal?.aborted === true)
      return schedule({ ...request, attempt: Math.max(1, attempt - this.#times) });
    const controller = new FutureController<unknown>('flaky');
    controller.setException(new FlakyError(`attempt ${String(attempt)}`));
    return controller.future;
  }
}
