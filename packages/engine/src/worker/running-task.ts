import type { CurrentTask } from '@heddle/futures';
import type { ProxyCaller } from '@heddle/serialization/worker';

/** The part of its worker that a running task uses. */
export interface TaskServices {
  readonly workerId: number;
  /** The task has read its signal, which the caller has to learn. */
  watching(ticket: number): void;
  report(ticket: number, progress: unknown): void;
}

/** Sends the calls of a task's caller proxies: see proxy-calls.ts. */
export interface TaskProxyCaller extends ProxyCaller {
  /** Suspends the task until a promise is settled. */
  readonly whileStanding: <T>(promise: PromiseLike<T>) => Promise<T>;
  /** The task has ended. */
  end(): void;
}

/** A task that runs on this worker. The user sees it as `currentTask()`; the worker uses it as its record. */
export class RunningTask implements CurrentTask {
  readonly ticket: number;
  readonly name: string;
  readonly attempt: number;
  readonly #services: TaskServices;
  readonly #number: number;
  /** When the task began, on the worker's clock. */
  startedAt = 0;
  /** How many unsettled nested futures the task awaits. */
  awaiting = 0;
  /** The calls of caller objects whose answers the task awaits, as far as the caller does not know it yet. */
  awaitedCalls: number[] = [];
  /** Whether the synchronous part of the task has returned. */
  isAsync = false;
  isEnded = false;
  /** Sends the calls of the task's caller proxies. Defined from their first call on. */
  proxyCalls: TaskProxyCaller | undefined;
  /** Whether the task has given its slot away. */
  suspended = false;
  #aborter: AbortController | undefined;
  #aborted: { reason: unknown } | undefined;

  constructor(services: TaskServices, ticket: number, number: number, name: string, attempt: number) {
    this.#services = services;
    this.ticket = ticket;
    this.#number = number;
    this.name = name;
    this.attempt = attempt;
  }

  get id(): string {
    return `${String(this.#services.workerId)}-${String(this.#number)}`;
  }

  get workerId(): number {
    return this.#services.workerId;
  }

  get signal(): AbortSignal {
    if (this.#aborter === undefined) {
      this.#aborter = new AbortController();
      this.#services.watching(this.ticket);
      if (this.#aborted !== undefined) this.#aborter.abort(this.#aborted.reason);
    }
    return this.#aborter.signal;
  }

  abort(reason: unknown): void {
    this.#aborted = { reason };
    this.#aborter?.abort(reason);
  }

  report(progress: unknown): void {
    this.#services.report(this.ticket, progress);
  }
}
