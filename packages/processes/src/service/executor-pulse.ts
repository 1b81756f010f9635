import type { Executor, ExecutorStatistics } from '@heddle/futures';

/** As urgent as can be: an idle worker is to answer before it gets anything else. */
const probeOptions = { priority: Number.MAX_SAFE_INTEGER, name: 'are you there?' };

/**
 * Whether an executor is alive. At each beat:
 *
 *   tasks ended since the last beat          alive: nobody has to ask
 *   a worker is idle                         it is asked, with an empty task: alive when that is done, however it ends
 *   workers are busy, and none is idle       alive: a busy pool is no dead one. Not any more when no task has ended, and no
 *                                            worker was idle, for `busyTimeoutMs`
 *   no workers, or only some that start      alive: nothing is wanted of it, or the executor itself sets the limit
 *   shut down                                alive: nothing is wanted of it any more
 *   broken                                   dead
 */
export class ExecutorPulse {
  readonly #executor: Executor;
  readonly #busyTimeoutMs: number;
  readonly #now: () => number;
  /** Tasks that had ended at the last beat, probes included. */
  #ended = 0;
  /** Whether it has shown since the last beat that it is alive. */
  #isProven = true;
  /** When it last was seen to be proven alive, or without work. */
  #provenAtMs: number;
  /** Whether an empty task is under way. */
  #isAsking = false;

  constructor(executor: Executor, busyTimeoutMs: number, now: () => number) {
    this.#executor = executor;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#now = now;
    this.#provenAtMs = now();
  }

  /** @param answered - called when it answers, if it was asked */
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
      this.#ended = endedIn(this.#executor.statistics()); // the probe itself proves nothing at the next beat
      answered();
    };
    this.#executor
      .with(probeOptions)
      .submit(() => undefined)
      .then(done, done);
  }

  /** Whether it is alive, as far as is known now. */
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
