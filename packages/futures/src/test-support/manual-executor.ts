import { BaseBackend } from '../executor/base-backend.js';
import { Executor } from '../executor/executor.js';
import type { ExecutorStatistics } from '../executor/statistics.js';
import type { ChunkOutcome, ChunkRequest, Reservation, Sliceable, TaskRequest } from '../executor/task-request.js';
import { FutureController } from '../future/future-controller.js';
import type { Future } from '../future/future.js';
import { runChunk } from '../map/run-chunk.js';

/** An executor whose tasks run when the test calls `run`. */
export class ManualExecutor extends Executor {
  /** The tasks that were accepted and did not run yet, in order. */
  readonly pending: { controller: FutureController<unknown>; request: ChunkRequest }[] = [];
  accepted = 0;
  reservations = 0;
  onCancel: (error?: unknown) => void = () => undefined;
  full: Deferred | undefined;
  refuse: Error | undefined;
  /** The error with which a map's items are refused, as items are that cannot travel. */
  unfit: Error | undefined;

  constructor(parallelism = 2) {
    super(new ManualBackend(parallelism, () => this));
  }

  /** Runs the chunk at this place of the queue, and reports `itemMs` milliseconds for each item. */
  run(at = 0, itemMs = 1): void {
    const [task] = this.pending.splice(at, 1);
    if (task === undefined) throw new Error('nothing to run');
    const { controller, request } = task;
    if (!controller.setRunningOrNotifyCancel()) return;
    const outcome = runChunk(request.fn, request.items, request.spread) as ChunkOutcome;
    controller.setResult({ ...outcome, elapsedMs: itemMs * request.items.length });
  }

  /** Runs all chunks, also those that are submitted in the meantime. */
  async runAll(itemMs = 1): Promise<void> {
    for (let idle = 0; idle < 3; idle++) {
      while (this.pending.length > 0) {
        this.run(0, itemMs);
        idle = 0;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  get sizes(): number[] {
    return this.pending.map(({ request }) => request.items.length);
  }
}

class ManualBackend extends BaseBackend {
  readonly parallelism: number;
  readonly #executor: () => ManualExecutor;

  constructor(parallelism: number, executor: () => ManualExecutor) {
    super();
    this.parallelism = parallelism;
    this.#executor = executor;
  }

  schedule(request: TaskRequest): Future<unknown> {
    const executor = this.#executor();
    if (executor.refuse !== undefined) throw executor.refuse;
    if (request.kind !== 'chunk') throw new Error('only maps are run here');
    const controller = new FutureController<unknown>('chunk');
    executor.accepted += 1;
    executor.pending.push({ controller, request });
    return controller.future;
  }

  override reserve(onCancel: (error?: unknown) => void): Reservation {
    const executor = this.#executor();
    executor.reservations += 1;
    executor.onCancel = onCancel;
    return {
      schedule: (request) => this.schedule(request),
      close: () => {
        executor.reservations -= 1;
      },
    };
  }

  override snapshot(items: readonly unknown[], spread: boolean): Sliceable {
    const { unfit } = this.#executor();
    if (unfit !== undefined) throw unfit;
    return super.snapshot(items, spread);
  }

  override whenRoom(): Promise<void> | undefined {
    return this.#executor().full?.promise;
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  statistics(): ExecutorStatistics {
    throw new Error('not asked');
  }
}

/** A promise and the functions that settle it. */
export interface Deferred {
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export function deferred(): Deferred {
  const made: Partial<Deferred> = {};
  made.promise = new Promise<void>((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made as Deferred;
}
