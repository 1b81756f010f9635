import type { Executor, ExecutorStatistics } from '@heddle/futures';

/** The highest priority, so that an idle worker answers before it gets any other task. */
const probeOptions = { priority: Number.MAX_SAFE_INTEGER, name: 'are you there?' };

/**
 * Tells whether an executor is alive. At each beat:
 *
 *   tasks ended since the last beat          alive: it need not be asked
 *   a worker is idle                         it is asked, with an empty task: alive when that is done, however it ends
 *   workers are busy, and none is idle       alive: a busy pool is not a dead one. Not any more when no task has ended, and no
 *                                            worker was idle, for `busyTimeoutMs`
 *   no workers, or only some that start      alive: it has no work, or the executor itself sets the limit
 *   shut down                                alive: it is not needed any more
 *   broken                                   dead
 */
export class ExecutorPulse {
  readonly #executor: Executor;
  readonly #busyTimeoutMs: number;
  readonly #now: () => number;
  /** How many tasks had ended at the last beat, probes included. */
  #ended = 0;
  /** True when the executor has shown since the last beat that it is alive. */
  #isProven = true;
  /** When it was last known to be alive, or without work. */
  #provenAtMs: number;
  /** True while an empty task is under way. */
  #isAsking = false;

  constructor(executor: Executor, busyTimeoutMs: number, now: () => number) {
    this.#executor = executor;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#now = now;
    this.#provenAtMs = now();
  }

  /** @param answered - called when the executor answers, if it was asked */
  beat(answered: () => void): void {
    const statistics = this.#executor.statistics();
    const ended = endedIn(statistics);
    this.#isProven = ended !== this.#ended;
    this.#ended = ended;
    if (this.#isProven || this.#isAsking || statistics.state !== 'open' || statistics.workers.idle === 0) return;
    this.#isAsking = true;
    const done = (): void => {
      this.#isAsking = false;
      this.#isProven = true;
      this.#ended = endedIn(this.#executor.statistics()); // So that the probe itself proves nothing at the next beat.
      answered();
    };
    this.#executor
      .with(probeOptions)
      .submit(() => undefined)
      .then(done, done);
  }

  /** Tells whether the executor is alive, as far as is known now. */
  isAlive(): boolean {
    const statistics = this.#executor.statistics();
    const { state, workers } = statistics;
    if (state !== 'open') return state === 'shutdown';
    if (this.#isProven || endedIn(statistics) !== this.#ended || workers.busy + workers.idle === 0) {
      this.#provenAtMs = this.#now();
      return true;
    }
    return workers.idle > 0 ? !this.#isAsking : this.#now() - this.#provenAtMs <= this.#busyTimeoutMs;
  }
}

function endedIn({ finished, failed, cancelled }: ExecutorStatistics): number {
  return finished + failed + cancelled;
}
