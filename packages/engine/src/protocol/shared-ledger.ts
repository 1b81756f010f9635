/**
 * The ledger of a worker that shares memory with the caller.
 *
 *   int32   0          messages posted by the caller; a spinning worker watches it
 *           1          tasks that run now
 *           2          tasks that are suspended
 *           3          messages posted by the worker; a caller that waits for one answer watches it
 *           4, 5       whether the worker counts as busy, or as the spinner, in the pool's memory; corrected when it dies
 *           6, 7       whether the worker is about to end, and its exit code
 *           8          whether the worker sleeps until the caller posts
 *           16 ...     a claim word for each task in flight
 *   float64 (after)    the histogram of run times, written by the worker only
 *
 * A claim word goes 0 → 1 → 3 (worker) or 0 → 2 (caller), by compare-and-exchange. The caller sets it back to 0 when
 * the worker has answered for it.
 */
import { availableParallelism } from 'node:os';
import { DurationHistogram } from '@heddle/futures/worker';
import { capacity, type Bell, type CallerLedger, type WorkerLedger } from './ledger.js';

const doorbell = 0;
const runningCount = 1;
const suspendedCount = 2;
const posted = 3;
const countsAsBusy = 4;
const countsAsSpinner = 5;
const ends = 6;
const endsWith = 7;
const isWorkerAsleep = 8;
const firstClaim = 16;

const sent = 0;
const claimed = 1;
const withdrawn = 2;
const watching = 3;

const claimBytes = (firstClaim + capacity) * Int32Array.BYTES_PER_ELEMENT;
const histogramBytes = DurationHistogram.length * Float64Array.BYTES_PER_ELEMENT;

/**
 * The words of the pool's memory: how many workers have tasks now; whether an idle worker spins; how many cores there
 * are; how many messages workers have posted, and whether the caller sleeps until the next one.
 */
const busyWorkers = 0;
const spinner = 1;
const cores = 2;
const rings = 3;
const isCallerAsleep = 4;
const poolWords = 5;

/** The memory behind a {@link SharedCallerLedger}. It can be posted to the worker. */
export interface SharedLedgerMemory {
  readonly worker: SharedArrayBuffer;
  /** The memory that all workers of the pool share. */
  readonly pool: SharedArrayBuffer;
}

/** Makes the memory that the workers of one pool share. */
export function createPoolMemory(coreCount: number = availableParallelism()): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(poolWords * Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(buffer)[cores] = coreCount;
  return buffer;
}

function wordsOf({ worker }: SharedLedgerMemory): Int32Array {
  return new Int32Array(worker, 0, firstClaim + capacity);
}

function runTimesOf({ worker }: SharedLedgerMemory): DurationHistogram {
  return new DurationHistogram(new Float64Array(worker, claimBytes, DurationHistogram.length));
}

/** The caller's side. It makes the memory. */
export class SharedCallerLedger implements CallerLedger {
  readonly memory: SharedLedgerMemory;
  readonly watchMs = 0.02;
  readonly runTimes: DurationHistogram;
  readonly #words: Int32Array;
  readonly #pool: Int32Array;

  /** @param pool - see {@link createPoolMemory} */
  constructor(pool: SharedArrayBuffer) {
    this.memory = { worker: new SharedArrayBuffer(claimBytes + histogramBytes), pool };
    this.runTimes = runTimesOf(this.memory);
    this.#words = wordsOf(this.memory);
    this.#pool = new Int32Array(pool);
  }

  get running(): number {
    return Atomics.load(this.#words, runningCount);
  }

  get suspended(): number {
    return Atomics.load(this.#words, suspendedCount);
  }

  get posted(): number {
    return Atomics.load(this.#words, posted);
  }

  /** The exit code of a worker that has announced its end. It posts nothing after that. */
  get exitCode(): number | undefined {
    return Atomics.load(this.#words, ends) === 0 ? undefined : Atomics.load(this.#words, endsWith);
  }

  get isWorkerAwake(): boolean {
    return Atomics.load(this.#pool, spinner) === 1;
  }

  place(): void {
    // the claim word is already 0: see free
  }

  unplace(): void {
    // the claim word has not changed
  }

  hasClaimed(ticket: number): boolean {
    return (Atomics.load(this.#words, firstClaim + ticket) & claimed) !== 0;
  }

  isWatching(ticket: number): boolean {
    return Atomics.load(this.#words, firstClaim + ticket) === watching;
  }

  withdraw(ticket: number): boolean {
    return Atomics.compareExchange(this.#words, firstClaim + ticket, sent, withdrawn) === sent;
  }

  free(ticket: number): void {
    Atomics.store(this.#words, firstClaim + ticket, sent);
  }

  ring(): void {
    Atomics.add(this.#words, doorbell, 1);
    if (Atomics.load(this.#words, isWorkerAsleep) === 1) Atomics.notify(this.#words, doorbell);
  }

  workerGone(): void {
    Atomics.store(this.#words, suspendedCount, 0);
    Atomics.store(this.#words, runningCount, 0);
    if (Atomics.exchange(this.#words, countsAsBusy, 0) === 1) Atomics.sub(this.#pool, busyWorkers, 1);
    if (Atomics.exchange(this.#words, countsAsSpinner, 0) === 1) Atomics.store(this.#pool, spinner, 0);
  }
}

/** The worker's side, on the memory it was given. */
export class SharedWorkerLedger implements WorkerLedger {
  readonly runTimes: DurationHistogram;
  readonly pollsPerLook = 100;
  readonly #words: Int32Array;
  readonly #pool: Int32Array;

  constructor(memory: SharedLedgerMemory) {
    this.runTimes = runTimesOf(memory);
    this.#words = wordsOf(memory);
    this.#pool = new Int32Array(memory.pool);
  }

  claim(ticket: number): boolean {
    return Atomics.compareExchange(this.#words, firstClaim + ticket, sent, claimed) === sent;
  }

  watch(ticket: number): void {
    Atomics.compareExchange(this.#words, firstClaim + ticket, claimed, watching);
  }

  hold(isHeld: boolean): void {
    Atomics.store(this.#words, runningCount, isHeld ? 1 : 0);
  }

  suspend(change: 1 | -1): void {
    Atomics.add(this.#words, suspendedCount, change);
  }

  setBusy(isBusy: boolean): void {
    Atomics.store(this.#words, countsAsBusy, isBusy ? 1 : 0);
    Atomics.add(this.#pool, busyWorkers, isBusy ? 1 : -1);
  }

  posted(): void {
    Atomics.add(this.#words, posted, 1);
    this.#ring();
  }

  /** The worker is about to end, and posts nothing after this. */
  ends(exitCode: number): void {
    Atomics.store(this.#words, endsWith, exitCode);
    Atomics.store(this.#words, ends, 1);
    this.#ring();
  }

  #ring(): void {
    Atomics.add(this.#pool, rings, 1);
    if (Atomics.load(this.#pool, isCallerAsleep) === 1) Atomics.notify(this.#pool, rings);
  }

  bell(): number {
    return Atomics.load(this.#words, doorbell);
  }

  /** Sleeps until the caller posts a message, or the time is up. */
  sleep(seen: number, timeoutMs: number): void {
    Atomics.store(this.#words, isWorkerAsleep, 1);
    Atomics.wait(this.#words, doorbell, seen, timeoutMs);
    Atomics.store(this.#words, isWorkerAsleep, 0);
  }

  startSpinning(): boolean {
    const isCoreFree = Atomics.load(this.#pool, busyWorkers) + 2 <= Atomics.load(this.#pool, cores);
    if (!isCoreFree || Atomics.compareExchange(this.#pool, spinner, 0, 1) !== 0) return false;
    Atomics.store(this.#words, countsAsSpinner, 1);
    return true;
  }

  stopSpinning(): void {
    Atomics.store(this.#words, countsAsSpinner, 0);
    Atomics.store(this.#pool, spinner, 0);
  }
}

/** The caller's bell, in the memory that its workers share. */
export class SharedBell implements Bell {
  readonly pollsPerLook = 100;
  readonly #pool: Int32Array;

  /** @param pool - see {@link createPoolMemory} */
  constructor(pool: SharedArrayBuffer) {
    this.#pool = new Int32Array(pool);
  }

  bell(): number {
    return Atomics.load(this.#pool, rings);
  }

  startSpinning(): boolean {
    return Atomics.load(this.#pool, busyWorkers) < Atomics.load(this.#pool, cores);
  }

  stopSpinning(): void {
    // no other thread reads whether the caller spins
  }

  sleep(seen: number, timeoutMs: number): void {
    Atomics.store(this.#pool, isCallerAsleep, 1);
    Atomics.wait(this.#pool, rings, seen, timeoutMs);
    Atomics.store(this.#pool, isCallerAsleep, 0);
  }
}
