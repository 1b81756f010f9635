/** A pool on fake workers and a manual clock. */
import { BrokenExecutor, type AnyFunction, type Future, type TaskOptions } from '@heddle/futures';
import { ManualClock, turn } from '@heddle/testkit/support';
import type { PoolKind } from '../pool/pool-kind.js';
import { workerPoolOptionChecks, resolveWorkerPoolOptions, type WorkerPoolOptions } from '../pool/worker-pool-options.js';
import { WorkerPool } from '../pool/worker-pool.js';
import type { OpenChannel } from '../protocol/channel.js';
import { FakeWorker } from './fake-worker.js';

export class FakePool {
  readonly clock: ManualClock = new ManualClock();
  /** Those that were started, in this order. */
  readonly workers: FakeWorker[] = [];
  readonly pool: WorkerPool;
  /** Thrown instead of starting a worker. */
  refusal: Error | undefined;

  constructor(options: WorkerPoolOptions = {}, kind: Partial<PoolKind> = {}) {
    const open: OpenChannel = (start, events) => {
      if (this.refusal !== undefined) throw this.refusal;
      const worker = new FakeWorker(start, events);
      this.workers.push(worker);
      return worker;
    };
    this.pool = new WorkerPool(
      { name: 'FakePool', workerNamePrefix: 'fake', Broken: BrokenExecutor, destination: 'thread', open, ...kind },
      resolveWorkerPoolOptions('FakePool', { maxWorkers: 2, ...options }, workerPoolOptionChecks),
      { initializer: undefined, finalizer: undefined },
      this.clock,
    );
  }

  /** Worker number `i`, which must have been started. */
  worker(i: number): FakeWorker {
    const worker = this.workers[i];
    if (worker === undefined) throw new Error(`worker ${String(i)} has not been started`);
    return worker;
  }

  /** Those that have not ended. */
  get alive(): FakeWorker[] {
    return this.workers.filter(({ hasEnded }) => !hasEnded);
  }

  /** Submits `Math.abs(value)`: the fake workers answer what they like. */
  submit(value: unknown, options: TaskOptions = {}): Future<unknown> {
    return this.call(Math.abs, [value], options);
  }

  call(fn: AnyFunction, args: readonly unknown[], options: TaskOptions = {}): Future<unknown> {
    return this.pool.accept({ kind: 'call', fn, args, options });
  }

  /** Submits tasks with these first arguments, and lets them be sent. */
  async submitAll(values: readonly unknown[], options: TaskOptions = {}): Promise<Future<unknown>[]> {
    const futures = values.map((value) => this.submit(value, options));
    await turn();
    return futures;
  }

  /** As `submitAll`, for tasks whose futures don't matter. */
  async send(values: readonly unknown[], options: TaskOptions = {}): Promise<void> {
    for (const value of values) this.submit(value, options).catch(() => undefined);
    await turn();
  }

  /** Has `count` workers started, each ready and with nothing to do; their tasks so far took `busyMs`. */
  async withReady(count: number, busyMs = 1): Promise<this> {
    await this.send(Array.from({ length: count }, () => 0));
    for (const worker of [...this.workers]) worker.ready();
    for (const worker of this.workers) while (worker.waiting.length > 0) worker.work(busyMs);
    for (const worker of this.workers) worker.tasks.length = 0;
    return this;
  }
}

/** Several numbers, from 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
