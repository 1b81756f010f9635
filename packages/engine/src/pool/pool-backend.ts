/** The backends of a PoolExecutor: a pool of workers or, with `HEDDLE_EXECUTOR=inline`, the caller itself. */
import { InlineExecutor, type AnyFunction, type Backend, type ExecutorStatistics, type Future } from '@heddle/futures';
import type { BroadcastOptions, Reservation, ShutdownOptions, Sliceable, TaskRequest } from '@heddle/futures';
import { ForwardingBackend, backendOf, describeBackend, tellFailures, checkShutdownOptions } from '@heddle/futures/authors';
import { describeFunction, encodeValue, type Destination } from '@heddle/serialization';
import { snapshotItems } from '../protocol/encode-task.js';
import type { StartFunction } from '../protocol/wire.js';
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
    this.#pool = new WorkerPool(kind, options, {
      initializer: options.initializer && describeForStart(options.initializer, options.initargs, kind.destination, 'initargs'),
      finalizer: options.finalizer && describeForStart(options.finalizer, [], kind.destination),
    });
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

  broadcast(fn: AnyFunction, args: readonly unknown[], { later = false }: BroadcastOptions): Promise<unknown[]> {
    const describe = (): StartFunction => describeForStart(fn, args, this.#destination);
    return this.#pool.broadcast(describe, later);
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

  constructor({ name }: PoolKind, { initializer, initargs, finalizer, maxWorkers }: ResolvedWorkerPoolOptions) {
    const ofWorker = { ...(initializer === undefined ? {} : { initializer, initargs }), ...(finalizer === undefined ? {} : { finalizer }) };
    super(backendOf(new InlineExecutor(ofWorker)));
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

/** @param root - what messages call the arguments */
function describeForStart(given: AnyFunction, givenArgs: readonly unknown[], destination: Destination, root = 'args'): StartFunction {
  const { value, encoded } = encodeValue(givenArgs, root, false, destination);
  const fn = describeFunction(given);
  return { fn, boundFunction: hasCaptures(fn) ? encodeBoundFunction(given, fn, destination) : undefined, args: value, encoded };
}
