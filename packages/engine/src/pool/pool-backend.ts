/**
 * The backend of a PoolExecutor: a pool of workers or, with `HEDDLE_EXECUTOR=inline`, the caller itself.
 */
import { InlineExecutor, type AnyFunction, type Backend, type ExecutorStatistics, type Future } from '@heddle/futures';
import type { Reservation, ShutdownOptions, Sliceable, TaskRequest } from '@heddle/futures';
import { ForwardingBackend, backendOf, describeBackend, tellFailures, checkShutdownOptions } from '@heddle/futures/authors';
import { describeFunction, encodeValue, type Destination } from '@heddle/serialization';
import type { WorkerStart } from '../protocol/channel.js';
import { encodeItems } from '../protocol/encode-task.js';
import { encodeBoundFunction, hasCaptures } from '../task/bound-function.js';
import { snapshotOf } from '../task/function-snapshot.js';
import type { PoolKind } from './pool-kind.js';
import type { ResolvedWorkerPoolOptions } from './worker-pool-options.js';
import { WorkerPool } from './worker-pool.js';

/** A backend that nobody holds any more finishes its work and lets its workers go. The pool never refers to it. */
const dropped = new FinalizationRegistry<WorkerPool>((pool) => void pool.shutdown({ wait: false }));

/** What a PoolExecutor asks for beyond a Backend. */
export interface PoolBackend extends Backend {
  /** Changes how many workers there may be. */
  resize(maxWorkers: number): void;
  /** Ends all workers with a signal; see WorkerPool. */
  end(signal: NodeJS.Signals, how: string, graceMs: number): Promise<void>;
}

/** Tasks run on workers. Decorators hold it as the executor does: it goes when the last of them does. */
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

  /** Failures keep it no longer than it is used. */
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
    return encodeItems(items, this.#destination, true);
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

/** Tasks run in the caller, to be debugged. `parallelism` is what the workers' would be. */
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
