/**
 * Shared memory between the caller and one worker.
 *
 *   int32   0          messages posted by the caller: what a spinning worker watches
 *           1          tasks that run now
 *           2          tasks that are suspended: they wait for tasks of their own and hold no slot
 *           3          batches of results posted by the worker: what a caller that waits for one answer watches
 *           16 ...     a claim word for each task in flight
 *   float64 (after)    the histogram of run times, written by the worker only
 *
 * A claim word goes 0 → 1 → 3 (worker) or 0 → 2 (caller), by compare-and-exchange: who moves it first has the task.
 * So both sides know without a message whether a task has begun. The caller sets it back to 0 when the worker has
 * answered for it.
 */
import { DurationHistogram } from '@heddle/futures/worker';
import { wordBits } from './wire.js';

/** Tasks in flight on one worker at most. */
export const capacity: number = 1 << wordBits;

export const doorbell = 0;
export const runningCount = 1;
export const suspendedCount = 2;
export const answers = 3;
export const firstClaim = 16;

export const sent = 0;
export const claimedState = 1;
export const withdrawn = 2;
/** Claimed, and the task has looked at its signal: it may want to end by itself when aborted. */
export const watching = 3;

const claimBytes = (firstClaim + capacity) * Int32Array.BYTES_PER_ELEMENT;
const histogramBytes = DurationHistogram.length * Float64Array.BYTES_PER_ELEMENT;

/** Memory for one worker. */
export function createControl(): SharedArrayBuffer {
  return new SharedArrayBuffer(claimBytes + histogramBytes);
}

export function controlWords(buffer: SharedArrayBuffer): Int32Array {
  return new Int32Array(buffer, 0, firstClaim + capacity);
}

export function runTimes(buffer: SharedArrayBuffer): DurationHistogram {
  return new DurationHistogram(new Float64Array(buffer, claimBytes, DurationHistogram.length));
}

/** Pool-wide words: workers that run tasks now; whether an idle worker spins; cores there are. */
export const busyWorkers = 0;
export const spinner = 1;
export const cores = 2;

export function createPoolControl(coreCount: number): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(buffer)[cores] = coreCount;
  return buffer;
}
