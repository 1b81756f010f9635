/** Settles futures with the outcomes of their tasks, and counts them. */
import { SerializationError, type ChunkOutcome } from '@heddle/futures';
import { addSubmitStack, waitSite, type TaskTally } from '@heddle/futures/authors';
import type { Trust } from '@heddle/serialization';
import { inThisRealm, takePendingLoads } from '@heddle/serialization/worker';
import type { PlacedTask } from '../crew/worker-handle.js';
import { readOutcome, whenReadable, type Outcome } from '../protocol/read-outcome.js';
import * as wire from '../protocol/wire.js';
import type { SettleLoop } from '../task/settle-loop.js';
import { showUserLines } from '../task/user-lines.js';

export class Outcomes {
  /** The task whose future this thread blocks on. */
  awaited: PlacedTask | undefined;
  readonly #tally: TaskTally;
  readonly #trust: Trust;
  readonly #settleLoop: SettleLoop;
  readonly #settled: () => void;
  /** The tasks whose outcome has arrived and cannot be read before a class has been imported. */
  readonly #loading = new Set<PlacedTask>();

  /**
   * @param trust - how far the caller trusts what workers send
   * @param settled - called for each future that has been settled
   */
  constructor(tally: TaskTally, trust: Trust, settleLoop: SettleLoop, settled: () => void) {
    this.#tally = tally;
    this.#trust = trust;
    this.#settleLoop = settleLoop;
    this.#settled = settled;
  }

  /** Returns whether a task waits only for the caller to import classes of its result. */
  isLoading(record: PlacedTask): boolean {
    return this.#loading.has(record);
  }

  /** As `fail`, for a task that the pool does not accept. */
  refuse(record: PlacedTask, error: unknown): void {
    this.#fail(record, error, 'refused');
  }

  /** Settles a record with an error, whose stack gets the stack of the task's submit. */
  fail(record: PlacedTask, error: unknown): void {
    this.#fail(record, error, 'failed');
  }

  #fail(record: PlacedTask, error: unknown, how: 'failed' | 'refused'): void {
    const { site, future } = record;
    showUserLines(error, record.fn.descriptor);
    // A caller that blocks on one task after the other never ends a tick, so these tasks share one place of submit. The
    // place where it blocks says as much.
    const isAwaited = site?.shared === true && this.awaited === record;
    if (isAwaited) addSubmitStack(error, waitSite(future), 'blocked on');
    else addSubmitStack(error, site);
    record.release();
    this.#tally[how] += 1;
    record.setException(error);
    this.#settled();
  }

  /** Fails many records. A done callback of one of them that cancels another comes too late. */
  failEach(records: readonly PlacedTask[], error: (record: PlacedTask) => unknown, atLast?: () => void): void {
    for (const record of records) record.sealAgainstCancel();
    this.#settleLoop.each(
      records,
      (record) => {
        this.fail(record, error(record));
      },
      atLast,
    );
  }

  /** A worker has answered: settles its task now, or when the classes of its result have been imported. */
  answered(record: PlacedTask, status: number, value: unknown): void {
    if (!whenReadable(record, status, value, this.#settle, this.#trust)) this.#loading.add(record);
  }

  readonly #settle = (record: PlacedTask, status: number, wireValue: unknown): void => {
    if (this.#loading.size > 0) this.#loading.delete(record);
    if (status <= wire.failed) {
      this.#finish(record, { hasFailed: status === wire.failed, value: inThisRealm(wireValue) });
      return;
    }
    const outcome = readOutcome(status, wireValue, this.#trust);
    const loads = takePendingLoads();
    if (loads === undefined) this.#finish(record, outcome);
    else this.#finishWhenLoaded(record, outcome, loads);
  };

  /**
   * The result holds functions by reference. They have to be imported first, since the caller may call them at once.
   */
  #finishWhenLoaded(record: PlacedTask, outcome: Outcome, loads: Promise<unknown>): void {
    record.worker = undefined;
    record.sealAgainstCancel();
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

  #finish(record: PlacedTask, outcome: Outcome): void {
    const isChunk = (record.flags & wire.chunkFlag) !== 0;
    const { hasFailed, value } = isChunk && !outcome.hasFailed && !isChunkOutcome(outcome.value) ? noChunk() : outcome;
    const aborting = record.settings?.aborting;
    if (!hasFailed) {
      if (isChunk) {
        const { failure } = value as ChunkOutcome;
        if (failure !== undefined) {
          showUserLines(failure.error, record.fn.descriptor);
          addSubmitStack(failure.error, record.site);
        }
      }
      record.release();
      this.#tally.finished += 1;
      record.setResult(value);
      this.#settled();
    } else if (aborting === undefined) {
      this.fail(record, value);
    } else {
      aborting.stopped = true;
      this.fail(record, record.aborted(aborting.reason));
    }
  }
}

/** A map relies on this shape, and another process may have answered anything. */
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
