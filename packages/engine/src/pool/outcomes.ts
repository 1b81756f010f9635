/** What tasks came to: reads what workers answer, settles futures, and counts. */
import { SerializationError, type ChunkOutcome } from '@heddle/futures';
import { addSubmitStack, waitSite } from '@heddle/futures/authors';
import { takePendingLoads } from '@heddle/serialization/worker';
import type { InHand } from '../task/in-hand.js';
import { readOutcome, whenReadable, type Outcome } from '../protocol/read-outcome.js';
import type { TaskRecord } from '../task/task-record.js';
import { showUserLines } from '../task/user-lines.js';
import * as wire from '../protocol/wire.js';
import type { WorkerHandle } from '../crew/worker-handle.js';
import type { WorkerPool } from './worker-pool.js';

export interface OutcomeEvents {
  /** A worker passed over a task, which it had been asked to, after all not. */
  readonly skipped: (record: TaskRecord) => void;
  /** A message of results has been dealt with; `count` of them were of tasks in flight. */
  readonly answered: (worker: WorkerHandle, count: number) => void;
  /** A future is about to be settled, and has been. */
  readonly settled: () => void;
}

export class Outcomes {
  readonly #pool: WorkerPool;
  readonly #inHand: InHand;
  readonly #events: OutcomeEvents;
  /** Tasks whose outcome is here and can't be read before a class has been imported. */
  readonly #loading = new Set<TaskRecord>();

  constructor(pool: WorkerPool, inHand: InHand, events: OutcomeEvents) {
    this.#pool = pool;
    this.#inHand = inHand;
    this.#events = events;
  }

  /** A message of results. */
  answered(worker: WorkerHandle, message: readonly unknown[]): void {
    let count = 0;
    let at = 2;
    this.#inHand.run(() => {
      const i = at;
      at += 2;
      if (i < message.length) {
        if (this.#result(worker, message[i] as number, message[i + 1])) count += 1;
        return true;
      }
      if (i < message.length + 2) {
        if (count > 0) worker.sizer.measured(count, message[1] as number);
        this.#events.answered(worker, count);
      }
      return false;
    });
  }

  /** Whether a task waits only for classes of its result to be imported here. */
  isLoading(record: TaskRecord): boolean {
    return this.#loading.has(record);
  }

  /** As `fail`, for a task that is not accepted after all. */
  refuse(record: TaskRecord, error: unknown): void {
    this.#fail(record, error, 'refused');
  }

  /** Settles a record with an error, completed by the stack of its submit. */
  fail(record: TaskRecord, error: unknown): void {
    this.#fail(record, error, 'failed');
  }

  #fail(record: TaskRecord, error: unknown, how: 'failed' | 'refused'): void {
    const { site, future } = record;
    showUserLines(error, record.fn.descriptor);
    // Who blocks on one task after the other never ends a tick, and shares the place of submit; where it blocks says as much.
    const isAwaited = site?.shared === true && this.#pool.isBlockedOn(record);
    if (isAwaited) addSubmitStack(error, waitSite(future), 'blocked on');
    else addSubmitStack(error, site);
    record.release();
    this.#pool.tally[how] += 1;
    record.setException(error);
    this.#events.settled();
  }

  /** Fails many; who cancels one of them in a callback of another comes too late. */
  failEach(records: readonly TaskRecord[], error: (record: TaskRecord) => unknown, atLast?: () => void): void {
    for (const record of records) record.doom();
    this.#inHand.each(
      records,
      (record) => {
        this.fail(record, error(record));
      },
      atLast,
    );
  }

  /** @returns whether it was of a task in flight */
  #result(worker: WorkerHandle, code: number, value: unknown): boolean {
    const record = worker.take(wire.wordOf(code));
    if (record === undefined) return false;
    const status = wire.statusOf(code);
    if (status === wire.skipped)
      this.#events.skipped(record); // both sides gave way: see ledger.ts
    else if (!whenReadable(record, status, value, this.#settle, this.#pool.trust)) this.#loading.add(record);
    return true;
  }

  readonly #settle = (record: TaskRecord, status: number, wireValue: unknown): void => {
    if (this.#loading.size > 0) this.#loading.delete(record);
    if (status <= wire.failed) {
      this.#finish(record, { hasFailed: status === wire.failed, value: wireValue });
      return;
    }
    const outcome = readOutcome(status, wireValue, this.#pool.trust);
    const loads = takePendingLoads();
    if (loads === undefined) this.#finish(record, outcome);
    else this.#finishWhenLoaded(record, outcome, loads);
  };

  /** Functions by reference are in the result: whoever gets it may call them. */
  #finishWhenLoaded(record: TaskRecord, outcome: Outcome, loads: Promise<unknown>): void {
    record.worker = undefined;
    record.doom();
    this.#loading.add(record);
    const finish = (each: Outcome): void => {
      this.#loading.delete(record);
      this.#finish(record, each);
    };
    loads.then(
      () => {
        finish(outcome);
      },
      (error: unknown) => {
        finish({ hasFailed: true, value: error });
      },
    );
  }

  #finish(record: TaskRecord, outcome: Outcome): void {
    const isChunk = (record.flags & wire.chunkFlag) !== 0;
    const { hasFailed, value } = isChunk && !outcome.hasFailed && !isChunkOutcome(outcome.value) ? noChunk() : outcome;
    const aborting = record.extras?.aborting;
    if (!hasFailed) {
      if (isChunk) {
        const { failure } = value as ChunkOutcome;
        if (failure !== undefined) {
          showUserLines(failure.error, record.fn.descriptor);
          addSubmitStack(failure.error, record.site);
        }
      }
      record.release();
      this.#pool.tally.finished += 1;
      record.setResult(value);
      this.#events.settled();
    } else if (aborting === undefined) {
      this.fail(record, value);
    } else {
      aborting.stopped = true;
      this.fail(record, record.aborted(aborting.reason));
    }
  }
}

/** A map counts on it: another process may have answered anything. */
function isChunkOutcome(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { values, failure, elapsedMs } = value as Partial<ChunkOutcome>;
  return (
    (Array.isArray(values) || ArrayBuffer.isView(values)) &&
    (failure === undefined || typeof failure === 'object') &&
    typeof elapsedMs === 'number'
  );
}

function noChunk(): Outcome {
  return { hasFailed: true, value: new SerializationError('the worker answered a chunk of a map with something else') };
}
