/**
 * Workers that did not start: what becomes of the pool.
 *
 *   refused for ever                              ─▶ broken
 *   refused, the system is short of something     ─▶ others do the work; without others it is tried again, for a while
 *   not ready within startTimeoutMs               ─▶ replaced when another worker is ready, within the limit of deaths; else broken
 */
import { reportError } from '@heddle/futures/authors';
import type { WorkerExit } from '../protocol/channel.js';
import type { Crew } from './crew.js';
import { notReady } from './death-errors.js';
import type { WorkerHandle } from './worker-handle.js';

/** For so long it is tried again to start a worker when there is none, and no longer than a start may take. */
const shortageMs = 10_000;

/** What it needs of a pool. */
export interface StartTroublePool {
  readonly options: { readonly startTimeoutMs: number };
  readonly crew: Crew;
  break(cause: unknown): void;
}

export class StartTrouble {
  readonly #pool: StartTroublePool;
  readonly #name: string;
  readonly #died: () => boolean;
  /** performance.now() when the system first refused a worker while there was none. */
  #shortSince: number | undefined;

  /**
   * @param name - of the pool, for messages
   * @param died - counts a worker that was lost, and returns whether that was one too many
   */
  constructor(pool: StartTroublePool, name: string, died: () => boolean) {
    this.#pool = pool;
    this.#name = name;
    this.#died = died;
  }

  /** A worker is ready. */
  isOver(): void {
    this.#shortSince = undefined;
  }

  /** The platform started no worker. */
  notStarted({ error, refused }: WorkerExit): void {
    const { crew } = this.#pool;
    if (refused === 'never') this.#pool.break(error);
    else if (crew.workers.size > 0 || this.#mayTryAgain()) crew.pauseGrowth();
    else this.#pool.break(this.#lasted(error));
  }

  /** A worker neither starts nor ends. */
  timedOut(worker: WorkerHandle): void {
    const { crew, options } = this.#pool;
    const problem = new Error(notReady(worker, options.startTimeoutMs));
    if (!crew.hasReadyWorker || this.#died()) this.#pool.break(problem);
    else {
      crew.pauseGrowth();
      reportError(`${this.#name} replaces a worker that did not start`, 'HEDDLE_WORKER_NOT_STARTED', problem);
    }
    crew.giveUp(worker);
  }

  #mayTryAgain(): boolean {
    const now = performance.now();
    this.#shortSince ??= now;
    return now - this.#shortSince < Math.min(shortageMs, this.#pool.options.startTimeoutMs);
  }

  #lasted(cause: unknown): Error {
    const { message } = (cause ?? {}) as { readonly message?: unknown };
    const triedMs = Math.min(shortageMs, this.#pool.options.startTimeoutMs);
    return new Error(`the system was too short of something to start a worker, for ${String(triedMs)} ms: ${String(message)}`, { cause });
  }
}
