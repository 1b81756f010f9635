import type { CurrentTask } from '@heddle/futures';
import type { CallMessage } from './protocol.js';

/** What a running call sends to its caller. */
export interface CallServices {
  /** The task has read its signal. */
  watching(): void;
  report(progress: unknown): void;
}

/** A call that runs in this worker. Its task sees it as `currentTask()`. */
export class RunningCall implements CurrentTask {
  readonly id: string;
  readonly name: string;
  readonly attempt: number;
  readonly workerId: number;
  readonly #services: CallServices;
  #aborter: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;
  #taken: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;

  constructor({ id, name, attempt, workerId }: CallMessage, services: CallServices) {
    this.id = id;
    this.name = name;
    this.attempt = attempt;
    this.workerId = workerId;
    this.#services = services;
  }

  get signal(): AbortSignal {
    if (this.#aborter === undefined) {
      this.#aborter = new AbortController();
      this.#services.watching();
      if (this.#aborted !== undefined) this.#aborter.abort(this.#aborted.reason);
    }
    return this.#aborter.signal;
  }

  report(progress: unknown): void {
    this.#services.report(progress);
  }

  abort(reason: unknown): void {
    this.#aborted = { reason };
    this.#aborter?.abort(reason);
  }

  /** @returns a promise that resolves when the consumer of a stream has taken its items */
  whenRoom(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#taken = { resolve, reject };
    });
  }

  room(): void {
    this.#taken?.resolve();
  }

  /** The consumer takes no more. */
  noMore(error: unknown): void {
    this.#taken?.reject(error);
  }
}
