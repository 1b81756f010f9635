/**
 * Handles workers that did not start, and decides whether the pool breaks.
 *
 *   refused for ever                              ─▶ broken
 *   refused, the system is short of something     ─▶ other workers do the work; with none, another start is tried for a while
 *   not ready within startTimeoutMs               ─▶ replaced when another worker is ready, within the limit of deaths; else broken
 */
import { reportError } from '@heddle/futures/authors';
import type { WorkerExit } from '../protocol/channel.js';
import type { EngineClock } from '../waiting/clock.js';
import { engineClock } from '../waiting/engine-clock.js';
import type { Crew } from './crew.js';
import { notReady } from './death-errors.js';
import type { WorkerHandle } from './worker-handle.js';

/** How long the pool tries to start a worker while it has none. The limit is `startTimeoutMs` if that is less. */
const shortageMs = 10_000;

export interface StartEvents {
  /** A worker was lost. @returns whether the limit of deaths is exceeded */
  readonly lost: () => boolean;
  /** The pool cannot continue. */
  readonly broken: (cause: unknown) => void;
}

export class StartTrouble {
  readonly #name: string;
  readonly #startTimeoutMs: number;
  readonly #crew: Crew;
  readonly #events: StartEvents;
  readonly #clock: EngineClock;
  /** When the system first refused a worker while there was none. */
  #shortSince: number | undefined;

  /** @param name - the name of the pool, for messages */
  constructor(name: string, startTimeoutMs: number, crew: Crew, events: StartEvents, clock: EngineClock = engineClock) {
    this.#name = name;
    this.#startTimeoutMs = startTimeoutMs;
    this.#crew = crew;
    this.#events = events;
    this.#clock = clock;
  }

  /** A worker is ready: the shortage has ended. */
  isOver(): void {
    this.#shortSince = undefined;
  }

  /** The platform did not start a worker. */
  notStarted({ error, refused }: WorkerExit): void {
    const crew = this.#crew;
    if (refused === 'never') this.#events.broken(error);
    else if (crew.workers.size > 0 || this.#mayTryAgain()) crew.pauseGrowth();
    else this.#events.broken(this.#lasted(error));
  }

  /** A worker has not become ready in time, and has not ended. */
  timedOut(worker: WorkerHandle): void {
    const crew = this.#crew;
    const problem = new Error(notReady(worker, this.#startTimeoutMs));
    if (!crew.hasReadyWorker || this.#events.lost()) this.#events.broken(problem);
    else {
      crew.pauseGrowth();
      reportError(`${this.#name} replaces a worker that did not start`, 'HEDDLE_WORKER_NOT_STARTED', problem);
    }
    crew.giveUp(worker);
  }

  #mayTryAgain(): boolean {
    const now = this.#clock.now();
    this.#shortSince ??= now;
    return now - this.#shortSince < Math.min(shortageMs, this.#startTimeoutMs);
  }

  #lasted(cause: unknown): Error {
    const { message } = (cause ?? {}) as { readonly message?: unknown };
    const triedMs = Math.min(shortageMs, this.#startTimeoutMs);
    return new Error(`the system was too short of something to start a worker, for ${String(triedMs)} ms: ${String(message)}`, { cause });
  }
}
