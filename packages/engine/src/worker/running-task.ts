import type { CurrentTask } from '@heddle/futures';
import type { ProxyCaller } from '@heddle/serialization/worker';

/** What a running task needs of its worker. */
export interface TaskServices {
  readonly workerId: number;
  /** The task looked at its signal: the caller should know. */
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

/** A task that runs on this worker, as itself (`currentTask()`) and as the worker sees it. */
export class RunningTask implements CurrentTask {
  readonly ticket: number;
  readonly name: string;
  readonly attempt: number;
  readonly #services: TaskServices;
  readonly #number: number;
  /** When it began, as the worker's clock tells time. */
  startedAt = 0;
  /** Nested futures it awaits that are not settled. */
  awaiting = 0;
  /** Calls of caller objects whose answers the task awaits, and the caller has not been told so. */
  awaitedCalls: number[] = [];
  /** Whether its synchronous part has returned. */
  isAsync = false;
  isEnded = false;
  /** Sends the calls of its caller proxies; there from their first call on. */
  proxyCalls: TaskProxyCaller | undefined;
  /** Whether it has given its slot away. */
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
