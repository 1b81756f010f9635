/**
 * The state of the tasks in flight that both sides of a channel can see without a message: which tasks the worker has
 * claimed, what it runs, and whether anything is new. Each kind of worker brings its own ledger; the one in
 * shared-ledger.ts is on shared memory.
 *
 *   a ticket: sent ──worker──▶ claimed ──task reads its signal──▶ watching
 *             sent ──caller──▶ withdrawn
 *
 * Invariants
 * - A ticket is claimed or withdrawn, never both: the side that comes first has the task.
 * - The claims in the ledger outlive the worker, whatever ended it.
 * - `withdraw` may return false although the worker then leaves the task to the caller. The worker reports such a task
 *   as
 *   skipped, and the caller sends it again.
 */
import type { DurationHistogram } from '@heddle/futures/worker';
import { ticketBits } from './wire.js';

/** How many tasks may be in flight on one worker. */
export const capacity: number = 1 << ticketBits;

/** The caller's side of the ledger of one worker. */
export interface CallerLedger {
  /** How many tasks hold the worker's slot now: 0 or 1. */
  readonly running: number;
  /** How many tasks await nested tasks and hold no slot. */
  readonly suspended: number;
  /** How many messages the worker has posted. */
  readonly posted: number;
  /**
   * How long a spinning worker may take to answer a tiny task, in milliseconds. The caller may watch for the answer
   * that long.
   */
  readonly watchMs: number;
  /** Whether a worker of the pool spins now, so that a message finds it awake. */
  readonly isWorkerAwake: boolean;
  /** The histogram of how long the worker's tasks ran. */
  readonly runTimes: DurationHistogram;
  /** A task is sent under this ticket. */
  place(ticket: number): void;
  /** The task under this ticket could not be sent. */
  unplace(ticket: number): void;
  hasClaimed(ticket: number): boolean;
  /** Returns whether the task under this ticket has read its signal. */
  isWatching(ticket: number): boolean;
  /** Takes a task back, unless the worker has claimed it. @returns whether the task was taken back */
  withdraw(ticket: number): boolean;
  /** The worker has answered for this ticket. */
  free(ticket: number): void;
  /** Rings after a message was posted, so that a spinning worker sees it. */
  ring(): void;
  /** The worker has ended, so nothing runs there. Its claims stay known until `close`. */
  workerGone(): void;
}

/** A count of messages that a thread can watch without going to sleep. */
export interface Watchable {
  /** How often a spinning thread polls the bell between two looks at the clock: a few microseconds' worth. */
  readonly pollsPerLook: number;
  /** How many messages the other side has posted. */
  bell(): number;
  /** Begins to spin, if this thread may: on a core that no other thread needs, and alone. @returns whether it may */
  startSpinning(): boolean;
  stopSpinning(): void;
}

/** A bell that each worker of a pool rings when it posts a message. A blocking caller waits for it. */
export interface Bell extends Watchable {
  /**
   * Whether the caller can receive messages of workers only through its event loop, so that it cannot block on them.
   */
  readonly isDeaf?: boolean;
  /**
   * Sleeps until the bell rings, or for less.
   *
   * @param seen - the value of `bell` before the caller looked for messages
   */
  sleep(seen: number, timeoutMs: number): void;
}

/** The worker's side of its ledger. */
export interface WorkerLedger extends Watchable {
  readonly runTimes: DurationHistogram;
  /** @returns false when the caller has withdrawn the task */
  claim(ticket: number): boolean;
  /** The task under this ticket has read its signal. */
  watch(ticket: number): void;
  /** Sets whether a task holds the slot. */
  hold(isHeld: boolean): void;
  /** One more task is suspended, or one less. */
  suspend(change: 1 | -1): void;
  /** Sets whether this worker has tasks. Busy workers leave fewer cores to the others. */
  setBusy(isBusy: boolean): void;
  /** A message was posted: a caller that watches or blocks sees it. */
  posted(): void;
}
