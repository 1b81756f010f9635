import { Executor } from '@heddle/futures';
import { environment } from '@heddle/futures/authors';
import { InlinePoolBackend, WorkerBackend, type PoolBackend } from './pool-backend.js';
import type { PoolKind } from './pool-kind.js';
import { workerPoolOptionChecks, type ResolvedWorkerPoolOptions } from './worker-pool-options.js';

/**
 * The executor over a pool of workers, whatever they are. For authors of executors: subclass it, and open channels.
 *
 * With `HEDDLE_EXECUTOR=inline` in the environment it runs every task in the caller instead, to be debugged.
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

  /** How many tasks can run at the same time: `maxWorkers`, or what it was resized to. */
  override get parallelism(): number {
    return super.parallelism;
  }

  /**
   * Changes how many workers there may be. Raised, new ones start when tasks wait. Lowered, those too many go: idle ones at
   * once, busy ones when they have finished what they run; what was sent to them and has not begun goes to the others. No
   * task is lost, and none runs twice. CPython's executors have no such thing; loky's reusable one has.
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
   * Ends all workers now, whatever they do, and accepts nothing more (CPython 3.14's `kill_workers`, here for threads too). What they
   * run fails with WorkerDiedError, what waits with BrokenExecutor. Processes get SIGKILL, and those that tasks started go too.
   *
   * @returns when all are gone
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

  /** Ends all workers with a signal; see WorkerPool. Threads are ended whatever it is. */
  protected async endWorkers(signal: NodeJS.Signals, how: string, graceMs: number): Promise<void> {
    await this.#backend.end(signal, how, graceMs);
  }
}
