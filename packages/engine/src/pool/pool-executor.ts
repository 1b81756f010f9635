import { Executor } from '@heddle/futures';
import { environment } from '@heddle/futures/authors';
import { InlinePoolBackend, WorkerBackend, type PoolBackend } from './pool-backend.js';
import type { PoolKind } from './pool-kind.js';
import { workerPoolOptionChecks, type ResolvedWorkerPoolOptions } from './worker-pool-options.js';

/**
 * The base class of executors over a pool of workers. For authors of executors: a subclass says how to open the channel
 * to a worker.
 *
 * With `HEDDLE_EXECUTOR=inline` in the environment, every task runs in the caller instead, so that you can debug it.
 */
export abstract class PoolExecutor extends Executor {
  readonly #minWorkers: number;
  readonly #backend: PoolBackend;

  protected constructor(kind: PoolKind, options: ResolvedWorkerPoolOptions) {
    const isInline = environment('HEDDLE_EXECUTOR') === 'inline';
    const backend = isInline ? new InlinePoolBackend(kind, options) : new WorkerBackend(kind, options);
    super(backend);
    this.#backend = backend;
    this.#minWorkers = options.minWorkers;
  }

  /** How many tasks can run at the same time: `maxWorkers`, or the last value given to `resize`. */
  override get parallelism(): number {
    return super.parallelism;
  }

  /**
   * Changes how many workers there may be. If you raise the number, new workers start when tasks wait. If you lower it,
   * idle surplus workers end at once, and busy ones end when they have finished what they run. Tasks that were sent to
   * a surplus worker and have not begun go to the other workers. No task is lost, and none runs twice. CPython's
   * executors have no such method; loky's reusable executor has one.
   *
   * @param maxWorkers - a whole number of at least 1, and of at least the executor's `minWorkers`
   * @throws TypeError, RangeError when it is not
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor({ maxWorkers: 8 });
   * pool.resize(2);
   * console.log(pool.parallelism); // 2
   * ```
   */
  resize(maxWorkers: number): void {
    workerPoolOptionChecks['maxWorkers']?.(maxWorkers, 'resize: maxWorkers');
    if (maxWorkers < this.#minWorkers) {
      throw new RangeError(`resize: maxWorkers must be at least minWorkers (${String(this.#minWorkers)}), got ${String(maxWorkers)}`);
    }
    if (maxWorkers !== this.#backend.parallelism) this.#backend.resize(maxWorkers);
  }

  /**
   * Ends all workers now, even while they run tasks, and accepts no more tasks. CPython 3.14 has `kill_workers` for
   * processes; here threads have it too. Running tasks fail with WorkerDiedError, waiting tasks with BrokenExecutor.
   * Worker processes get SIGKILL, and so do the processes that tasks started.
   *
   * @returns a promise that resolves when all workers have ended
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * const pool = new ThreadPoolExecutor();
   * const endless = pool.submit(() => { for (;;); });
   * await pool.killWorkers();
   * await endless.exception(); // no task outlives it
   * ```
   */
  async killWorkers(): Promise<void> {
    await this.endWorkers('SIGKILL', 'killWorkers', 5000);
  }

  /** Ends all workers with a signal; see WorkerPool. Threads end whatever the signal is. */
  protected async endWorkers(signal: NodeJS.Signals, how: string, graceMs: number): Promise<void> {
    await this.#backend.end(signal, how, graceMs);
  }
}
