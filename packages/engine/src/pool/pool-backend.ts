/** The backends of a PoolExecutor: a pool of workers or, with `HEDDLE_EXECUTOR=inline`, the caller itself. */
import { InlineExecutor, type AnyFunction, type Backend, type ExecutorStatistics, type Future } from '@heddle/futures';
import type { Reservation, ShutdownOptions, Sliceable, TaskRequest } from '@heddle/futures';
import { ForwardingBackend, backendOf, describeBackend, tellFailures, checkShutdownOptions } from '@heddle/futures/authors';
import { describeFunction, encodeValue, type Destination } from '@heddle/serialization';
import type { WorkerStart } from '../protocol/channel.js';
import { snapshotItems } from '../protocol/encode-task.js';
import { encodeBoundFunction, hasCaptures } from '../task/bound-function.js';
import { snapshotOf } from '../task/function-snapshot.js';
import type { PoolKind } from './pool-kind.js';
import type { ResolvedWorkerPoolOptions } from './worker-pool-options.js';
import { WorkerPool } from './worker-pool.js';

/**
 * When a backend is collected, its pool finishes its work and ends its workers. The pool never refers to its backend.
 */
const dropped = new FinalizationRegistry<WorkerPool>((pool) => void pool.shutdown({ wait: false }));

/** The methods that a PoolExecutor needs beyond those of a Backend. */
export interface PoolBackend extends Backend {
  /** Changes how many workers there may be. */
  resize(maxWorkers: number): void;
  /** Ends all workers with a signal; see WorkerPool. */
  end(signal: NodeJS.Signals, how: string, graceMs: number): Promise<void>;
}

/**
 * Runs tasks on workers. An executor and its decorators all hold the same backend, which is collected after the last of
 * them.
 */
export class WorkerBackend implements PoolBackend {
  readonly #name: string;
  readonly #destination: Destination;
  readonly #pool: WorkerPool;
  #parallelism: number;

  constructor(kind: PoolKind, options: ResolvedWorkerPoolOptions) {
    this.#name = kind.name;
    this.#parallelism = options.maxWorkers;
    this.#destination = kind.destination;
    this.#pool = new WorkerPool(kind, options, describeInitializer(options, kind.destination));
    dropped.register(this, this.#pool, this);
  }

  get parallelism(): number {
    return this.#parallelism;
  }

  /** The tally stands for the backend here, since a failed future must not keep the backend in memory. */
  get failures(): object {
    return this.#pool.tally;
  }

  resize(maxWorkers: number): void {
    this.#parallelism = maxWorkers;
    this.#pool.resize(maxWorkers);
  }

  schedule(request: TaskRequest): Future<unknown> {
    return this.#pool.accept(request);
  }

  reserve(onCancel: (error?: unknown) => void): Reservation {
    return this.#pool.reserve(onCancel);
  }

  snapshot(items: readonly unknown[], _spread: boolean): Sliceable {
    return snapshotItems(items, this.#destination, true);
  }

  snapshotFunction(fn: AnyFunction): AnyFunction {
    return snapshotOf(fn, this.#destination);
  }

  whenRoom(): Promise<void> | undefined {
    return this.#pool.whenRoom();
  }

  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    checkShutdownOptions(options);
    dropped.unregister(this);
    const { tally } = this.#pool;
    const isTold = this.#pool.shutdown({ ...options, wait: true }).then(() => {
      tellFailures(tally);
    });
    if (options.wait !== false) await isTold;
  }

  async end(signal: NodeJS.Signals, how: string, graceMs: number): Promise<void> {
    await this.#pool.end(signal, how, graceMs);
    tellFailures(this.#pool.tally);
  }

  statistics(): ExecutorStatistics {
    return this.#pool.statistics();
  }

  describe(name: string = this.#name): string {
    return describeBackend(name, this);
  }
}

/** Runs tasks in the caller, for debugging. `parallelism` is what it would be with workers. */
export class InlinePoolBackend extends ForwardingBackend implements PoolBackend {
  readonly #name: string;
  #parallelism: number;

  constructor({ name }: PoolKind, { initializer, initargs, maxWorkers }: ResolvedWorkerPoolOptions) {
    super(backendOf(new InlineExecutor(initializer === undefined ? {} : { initializer, initargs })));
    this.#name = name;
    this.#parallelism = maxWorkers;
  }

  override get parallelism(): number {
    return this.#parallelism;
  }

  resize(maxWorkers: number): void {
    this.#parallelism = maxWorkers;
  }

  async end(): Promise<void> {
    await this.shutdown({ cancelFutures: true });
  }

  override describe(name: string = this.#name): string {
    return describeBackend(name, this);
  }
}

function describeInitializer({ initializer, initargs }: ResolvedWorkerPoolOptions, destination: Destination): WorkerStart['initializer'] {
  if (initializer === undefined) return undefined;
  const { value, encoded } = encodeValue(initargs, 'initargs', false, destination);
  const fn = describeFunction(initializer);
  return { fn, boundFunction: hasCaptures(fn) ? encodeBoundFunction(initializer, fn, destination) : undefined, args: value, encoded };
}
