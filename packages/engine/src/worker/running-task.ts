import type { CurrentTask } from '@heddle/futures';
import type { LinkCaller } from '@heddle/serialization/worker';

/** What a running task needs of its worker. */
export interface TaskServices {
  readonly workerId: number;
  /** The task looked at its signal: the caller should know. */
  watching(ticket: number): void;
  report(ticket: number, progress: unknown): void;
}

/** What a task's values call in the caller: see link-calls.ts. */
export interface TaskLinkCaller extends LinkCaller {
  /** The task stands still until a promise is settled. */
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
  /** Calls of its links that it awaits, as far as the caller doesn't know that. */
  awaitedCalls: number[] = [];
  /** Whether its synchronous part has returned. */
  isAsync = false;
  isEnded = false;
  /** What its values call in the caller, when they do. */
  links: TaskLinkCaller | undefined;
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
