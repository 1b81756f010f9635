/**
 * What the two sides of a channel know of the tasks in flight without a message: which of them the worker has claimed,
 * what it runs, and whether anything is new. Each kind of worker brings its own: shared-ledger.ts is on shared memory.
 *
 *   a word:   sent ──worker──▶ claimed ──task looks at its signal──▶ watching
 *             sent ──caller──▶ withdrawn
 *
 * Invariants
 * - A word is claimed or withdrawn, never both: who is first has the task.
 * - What the ledger says of a claim outlives the worker, whatever ended it.
 * - `withdraw` may answer false though the worker then gives way; the worker reports such a task as skipped, and it
 *   is sent again.
 */
import type { DurationHistogram } from '@heddle/futures/worker';
import { wordBits } from './wire.js';

/** Tasks in flight on one worker at most. */
export const capacity: number = 1 << wordBits;

/** The caller's side of the ledger of one worker. */
export interface CallerLedger {
  /** Tasks that hold the worker's slot now: 0 or 1. */
  readonly running: number;
  /** Tasks that wait for tasks of their own and hold no slot. */
  readonly suspended: number;
  /** Messages the worker has posted. */
  readonly posted: number;
  /** How long a worker that is awake may take to answer a tiny task, in milliseconds: so long the caller may watch for it. */
  readonly watchMs: number;
  /** Whether a worker of the pool spins now, so that a message would find it awake. */
  readonly isWorkerAwake: boolean;
  /** How long its tasks ran. */
  readonly runTimes: DurationHistogram;
  /** A task leaves under this word. */
  place(word: number): void;
  /** The task under this word did not leave after all. */
  unplace(word: number): void;
  hasClaimed(word: number): boolean;
  /** Whether the task under this word has looked at its signal. */
  isWatching(word: number): boolean;
  /** Takes a task back unless the worker has claimed it. */
  withdraw(word: number): boolean;
  /** The worker has answered for this word. */
  free(word: number): void;
  /** A message was posted: a spinning worker sees it. */
  ring(): void;
  /** The worker is gone: nothing runs there. What was claimed stays known until `close`. */
  bury(): void;
}

/** A count of messages that can be watched without going to sleep. */
export interface Watchable {
  /** Polls of the bell between two looks at the clock while spinning: a few microseconds' worth. */
  readonly pollsPerLook: number;
  /** Messages that the other side has posted. */
  bell(): number;
  /** Whether this thread may spin now: on a core that nobody needs, and alone. */
  startSpinning(): boolean;
  stopSpinning(): void;
}

/** Rung by the workers of a pool, each time one posts a message: what a caller that blocks waits for. */
export interface Bell extends Watchable {
  /** Whether the workers can only be heard through the event loop: nobody can block on them. */
  readonly isDeaf?: boolean;
  /**
   * Sleeps until the bell rings; maybe for less.
   *
   * @param seen - what `bell` answered before messages were looked for
   */
  sleep(seen: number, timeoutMs: number): void;
}

/** The worker's side of its ledger. */
export interface WorkerLedger extends Watchable {
  readonly runTimes: DurationHistogram;
  /** @returns false when the caller has withdrawn the task */
  claim(word: number): boolean;
  /** The task under this word has looked at its signal. */
  watch(word: number): void;
  /** Whether a task holds the slot. */
  hold(isHeld: boolean): void;
  /** One task more, or less, is suspended. */
  suspend(change: 1 | -1): void;
  /** Whether this worker has tasks: busy workers leave the others fewer cores. */
  setBusy(isBusy: boolean): void;
  /** A message was posted: a caller that watches, or blocks, sees it. */
  posted(): void;
}
