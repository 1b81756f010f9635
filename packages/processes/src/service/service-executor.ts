import { Executor, type Future, type Reservation, type TaskRequest } from '@heddle/futures';
import { ForwardingBackend, backendOf, watch } from '@heddle/futures/authors';

/** An executor in the care of a service, which can stop the tasks that were submitted through it. */
export class ServiceExecutor extends Executor {
  /** The name of the executor's class, for messages. */
  readonly name: string;
  readonly #backend: ServiceBackend;

  constructor(executor: Executor) {
    const backend = new ServiceBackend(backendOf(executor));
    super(backend);
    this.#backend = backend;
    this.name = executor.constructor.name;
  }

  /** Cancels pending tasks and aborts the signals of running ones, without a limit to their grace period. */
  stopTasks(reason: unknown): void {
    this.#backend.stopTasks(reason);
  }
}

/** Keeps the unsettled tasks that were submitted through it, to be able to stop them. */
class ServiceBackend extends ForwardingBackend {
  readonly #unsettled = new Set<Future<unknown>>();
  readonly #settled = (future: Future<unknown>): void => {
    this.#unsettled.delete(future);
  };

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

  stopTasks(reason: unknown): void {
    for (const future of [...this.#unsettled]) future.abort(reason, { graceMs: Infinity }).catch(() => undefined);
  }

  #follow(future: Future<unknown>): Future<unknown> {
    this.#unsettled.add(future);
    watch(future, this.#settled);
    return future;
  }
}
