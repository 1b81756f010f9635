import type { Future } from '../future/future.js';
import { behindFrames } from '../stacks/submit-site.js';
import type { Backend } from './backend.js';
import { ForwardingBackend } from './forwarding-backend.js';
import type { Reservation, TaskOptions, TaskRequest } from './task-request.js';

/** How many frames a view adds between the user's call and the backend beneath. */
const framesOfView = 4;

/** The backend of a view (`Executor.with`): the same workers, and options for each task. */
export class OptionsBackend extends ForwardingBackend {
  readonly #options: TaskOptions;

  constructor(inner: Backend, options: TaskOptions) {
    super(inner);
    this.#options = { ...options };
  }

  override get limitsTasks(): boolean {
    const { timeoutMs } = this.#options;
    return timeoutMs === undefined ? super.limitsTasks : timeoutMs !== Infinity;
  }

  override schedule(request: TaskRequest): Future<unknown> {
    return behindFrames(framesOfView, () => super.schedule(this.#merge(request)));
  }

  override reserve(onCancel: (error?: unknown) => void): Reservation {
    const reservation = behindFrames(framesOfView, () => super.reserve(onCancel));
    return {
      schedule: (request) => reservation.schedule(this.#merge(request)),
      close: () => {
        reservation.close();
      },
    };
  }

  #merge(request: TaskRequest): TaskRequest {
    return { ...request, options: { ...this.#options, ...request.options } };
  }
}
