import {
  type AnyFunction,
  Executor,
  InlineExecutor,
  type ExecutorStatistics,
  type Future,
  type Reservation,
  type ShutdownOptions,
  type Sliceable,
  type TaskRequest,
} from '@heddle/futures';
import { checkOptions, environment, failureOwnerOf, failuresKey, ofType, tellFailures } from '@heddle/futures/authors';
import { describeFunction, encodeValue, type Reach } from '@heddle/serialization';
import type { WorkerStart } from '../protocol/channel.js';
import { encodeItems } from '../protocol/encode-task.js';
import { snapshotOf } from '../task/function-snapshot.js';
import { encodeOwn, hasCaptures } from '../task/own-function.js';
import { poolOptionChecks, type ResolvedPoolOptions } from './pool-options.js';
import type { PoolKind } from './pool-kind.js';
import { WorkerPool } from './worker-pool.js';

const shutdownChecks = { wait: ofType('boolean'), cancelFutures: ofType('boolean') };

/** An executor that nobody holds any more finishes its work and lets its workers go. The pool never refers to it. */
const dropped = new FinalizationRegistry<WorkerPool>((pool) => void pool.shutdown({ wait: false }));

/**
 * The executor over a pool of workers, whatever they are. For authors of executors: subclass it, and open channels.
 *
 * With `HEDDLE_EXECUTOR=inline` in the environment it runs every task in the caller instead, to be debugged.
 */
export abstract class PoolExecutor extends Executor {
  #parallelism: number;
  readonly #minWorkers: number;
  readonly #pool: WorkerPool | InlineExecutor;

  protected constructor(kind: PoolKind, options: ResolvedPoolOptions) {
    super();
    this.#parallelism = options.maxWorkers;
    this.#minWorkers = options.minWorkers;
    if (environment('HEDDLE_EXECUTOR') === 'inline') {
      const { initializer, initargs } = options;
      this.#pool = new InlineExecutor(initializer === undefined ? {} : { initializer, initargs });
    } else {
      this.#pool = new WorkerPool(kind, options, describeInitializer(options, kind.reach));
      dropped.register(this, this.#pool, this);
    }
  }

  /** How many tasks can run at the same time: `maxWorkers`, or what it was resized to. */
  override get parallelism(): number {
    return this.#parallelism;
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
    poolOptionChecks['maxWorkers']?.(maxWorkers, 'resize: maxWorkers');
    if (maxWorkers < this.#minWorkers) {
      throw new RangeError(`resize: maxWorkers must be at least minWorkers (${String(this.#minWorkers)}), got ${String(maxWorkers)}`);
    }
    if (maxWorkers === this.#parallelism) return;
    this.#parallelism = maxWorkers;
    if (this.#pool instanceof WorkerPool) this.#pool.resize(maxWorkers);
  }

  override schedule(request: TaskRequest): Future<unknown> {
    return this.#pool instanceof WorkerPool ? this.#pool.accept(request) : this.#pool.schedule(request);
  }

  override async shutdown(options: ShutdownOptions = {}): Promise<void> {
    checkOptions('shutdown', options, shutdownChecks);
    dropped.unregister(this);
    if (!(this.#pool instanceof WorkerPool)) {
      await this.#pool.shutdown(options);
      return;
    }
    const { tally } = this.#pool;
    const isTold = this.#pool.shutdown({ ...options, wait: true }).then(() => {
      tellFailures(tally);
    });
    if (options.wait !== false) await isTold;
  }

  /** Failures keep it no longer than it is used. @internal */
  get [failuresKey](): object {
    return this.#pool instanceof WorkerPool ? this.#pool.tally : failureOwnerOf(this.#pool);
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
    if (this.#pool instanceof WorkerPool) {
      await this.#pool.end(signal, how, graceMs);
      tellFailures(this.#pool.tally);
    } else await this.#pool.shutdown({ cancelFutures: true });
  }

  override statistics(): ExecutorStatistics {
    return this.#pool.statistics();
  }

  override snapshot(items: readonly unknown[], spread: boolean): Sliceable {
    return this.#pool instanceof WorkerPool ? encodeItems(items, this.#pool.reach, true) : super.snapshot(items, spread);
  }

  override snapshotFunction(fn: AnyFunction): AnyFunction {
    return this.#pool instanceof WorkerPool ? snapshotOf(fn, this.#pool.reach) : fn;
  }

  override reserve(onCancel: (error?: unknown) => void): Reservation {
    return this.#pool.reserve(onCancel);
  }

  override whenRoom(): Promise<void> | undefined {
    return this.#pool instanceof WorkerPool ? this.#pool.room.whenThere() : this.#pool.whenRoom();
  }
}

function describeInitializer({ initializer, initargs }: ResolvedPoolOptions, reach: Reach): WorkerStart['initializer'] {
  if (initializer === undefined) return undefined;
  const { value, encoded } = encodeValue(initargs, 'initargs', false, reach);
  const fn = describeFunction(initializer);
  return { fn, own: hasCaptures(fn) ? encodeOwn(initializer, fn, reach) : undefined, args: value, encoded };
}
