import { checkOptions, durationMs, integerFrom, ofType } from '@heddle/futures/authors';
import { BrokenBarrierError, InvalidStateError } from '@heddle/futures/errors';
import { awaitTurn } from './core/await-turn.js';
import { blockForTurn } from './core/block-for-turn.js';
import { checkBlocking } from './core/check-blocking.js';
import { countdown } from './core/countdown.js';
import { holder, ownWords, type Words } from './core/layout.js';
import type { Kind, Monitor } from './core/monitor.js';
import { inspectKey, shown } from './core/show.js';
import { createMonitor, decodeKey, encodeKey, memoryOf, moduleKey, objectOn, type Destination } from './core/travel.js';
import type { Ending, Waiter } from './core/waiter.js';
import { checkLimits, checkTimeout, type WaitLimits } from './wait-limits.js';

/** The line of the parties that have come, and the line of those that come while an action runs. */
const line = 0;
const antechamber = 1;

const parties = ownWords;
/** How many parties have come. */
const arrived = ownWords + 1;
const phase = ownWords + 2;
/** Counts the phases that have ended, so that the thread with the action sees whether the barrier was broken meanwhile. */
const round = ownWords + 3;

/** The phases. While the action runs, the thread that runs it is the holder. */
const filling = 0;
const acting = 1;
const broken = 2;

const kind: Kind = { name: 'Barrier', lines: 2, hasHolder: true, takeBack: () => undefined };
const positive = integerFrom(1);
const checks = { action: ofType('function'), timeoutMs: durationMs };

/** Options of {@link Barrier}. */
export interface BarrierOptions {
  /**
   * Called by the last party to come, before the others go on. It travels with the barrier: each thread has a copy of it, with its
   * captures. When it throws, the barrier is broken. In `waitSync` it must not return a promise.
   */
  action?: () => unknown;
  /** Milliseconds to wait at most, in each `wait` without a limit of its own. @defaultValue no limit */
  timeoutMs?: number;
}

/** Ends the phase: the parties that are there fail. `broken`: later parties fail too. Inside only. */
function breakUp(monitor: Monitor, next: typeof filling | typeof broken): void {
  begin(monitor, next);
  monitor.flush(line);
}

/** Ends the phase with all parties there: they go on. Inside only. */
function open(monitor: Monitor): void {
  begin(monitor, filling);
  monitor.grantAll(line);
}

function begin(monitor: Monitor, next: typeof filling | typeof broken): void {
  const { words } = monitor;
  monitor.beginChange();
  Atomics.store(words, phase, next);
  Atomics.store(words, arrived, 0);
  Atomics.store(words, holder, 0);
  Atomics.add(words, round, 1);
  monitor.grantAll(antechamber); // They try again.
}

/** What a party has to do when it comes. One that comes while an action runs has no place yet: -1. */
type Arrival =
  | { readonly is: 'through'; readonly place: number }
  | { readonly is: 'acting'; readonly place: number; readonly round: number }
  | { readonly is: 'waiting'; readonly place: number; readonly waiter: Waiter };

interface Data {
  readonly words: Words;
  readonly options: BarrierOptions;
}

/**
 * A place where a number of parties wait for each other: `threading.Barrier` and `asyncio.Barrier` in one. It serves the async functions of
 * one thread and any number of threads alike. When all parties are there they go on, and the barrier is ready for their next meeting.
 *
 * When a party can't come, or gives up waiting, the barrier is broken. Every party that is there, and every later one, gets
 * BrokenBarrierError, until `reset()`.
 *
 * Pass it to a task as an argument, or let the task capture it: the task's thread then has the same barrier.
 *
 * @example
 * ```ts
 * import { Barrier } from '@heddle/sync';
 *
 * const barrier = new Barrier(3, { action: () => { console.log('all are there'); } });
 *
 * export async function party(steps: (() => Promise<void>)[]): Promise<void> {
 *   for (const step of steps) {
 *     await step();
 *     await barrier.wait();
 *   }
 * }
 * ```
 */
export class Barrier {
  readonly #monitor: Monitor;
  readonly #options: BarrierOptions;

  /** @internal */
  static readonly [moduleKey]: string = import.meta.url;

  /** @internal */
  static [encodeKey](barrier: Barrier, destination: Destination): Data {
    return { words: memoryOf(barrier.#monitor, barrier, destination), options: barrier.#options };
  }

  /** @internal */
  static [decodeKey]({ words, options }: Data): Barrier {
    return objectOn(words, () => new Barrier(Atomics.load(words, parties), options));
  }

  /**
   * @param count - how many parties meet: a whole number, 1 or more
   * @throws TypeError, RangeError for a bad count or a bad option
   */
  constructor(count: number, options: BarrierOptions = {}) {
    positive(count, 'Barrier: count');
    checkOptions('Barrier', options, checks);
    this.#options = { ...options };
    this.#monitor = createMonitor(kind);
    if (!this.#monitor.isShared) Atomics.store(this.#monitor.words, parties, count);
  }

  /** How many parties meet here. */
  get parties(): number {
    return this.#word(parties);
  }

  /** How many parties wait for the others at this moment. */
  get nWaiting(): number {
    return this.#word(phase) === filling ? this.#word(arrived) : 0;
  }

  /** True while the barrier is broken, until `reset`. */
  get broken(): boolean {
    return this.#word(phase) === broken;
  }

  /**
   * Waits until all parties are there. The event loop goes on meanwhile.
   *
   * @returns the place in which this party came, 0 to `parties - 1`: each of them gets another number
   * @throws (as a rejection) BrokenBarrierError (HEDDLE_BROKEN_BARRIER) when the barrier is broken, is broken or reset meanwhile, or when
   *   `timeoutMs` is over, which breaks it; AbortError (HEDDLE_ABORTED), which breaks it too; the error of the action; AbandonedLockError
   *   (HEDDLE_ABANDONED_LOCK) when a thread died amid an operation on it; TypeError, RangeError for bad options
   * @example
   * ```ts
   * import { Barrier } from '@heddle/sync';
   *
   * const barrier = new Barrier(2);
   * const places = await Promise.all([barrier.wait(), barrier.wait()]);
   * console.log(places.sort()); // [ 0, 1 ]
   * ```
   */
  async wait(options: WaitLimits = {}): Promise<number> {
    const stop = checkLimits('Barrier.wait', options);
    const left = countdown(options.timeoutMs ?? this.#options.timeoutMs);
    for (;;) {
      stop.check();
      const arrival = this.#arrive();
      if (arrival.is === 'acting') {
        try {
          await this.#options.action?.();
        } catch (error) {
          this.#fail(arrival.round);
          throw error;
        }
        this.#succeed(arrival.round);
      } else if (arrival.is === 'waiting') {
        this.#check(await awaitTurn(this.#monitor, arrival.waiter, left(), stop));
      }
      if (arrival.place >= 0) return arrival.place;
    }
  }

  /**
   * Waits as `wait` does, and blocks the whole thread. Only for threads that may block.
   *
   * @param timeoutMs - milliseconds to wait; the barrier's own `timeoutMs` by default
   * @throws as `wait`; InvalidStateError (HEDDLE_INVALID_STATE) when the thread may not block, or would block for ever, or when the action
   *   returned a promise
   * @example
   * ```ts
   * import { Barrier } from '@heddle/sync';
   *
   * const barrier = new Barrier(2);
   * export const meet = (): number => barrier.waitSync(1000); // in a thread that may block
   * ```
   */
  waitSync(timeoutMs?: number): number {
    checkTimeout('Barrier.waitSync', timeoutMs);
    const left = countdown(timeoutMs ?? this.#options.timeoutMs);
    for (;;) {
      const arrival = this.#arrive(left());
      if (arrival.is === 'acting') {
        try {
          checkResult(this.#options.action?.());
        } catch (error) {
          this.#fail(arrival.round);
          throw error;
        }
        this.#succeed(arrival.round);
      } else if (arrival.is === 'waiting') {
        this.#check(blockForTurn(this.#monitor, arrival.waiter, 'Barrier.waitSync', left()));
      }
      if (arrival.place >= 0) return arrival.place;
    }
  }

  /**
   * Breaks the barrier. Call it for a party that can't come.
   *
   * @throws AbandonedLockError (HEDDLE_ABANDONED_LOCK)
   * @example
   * ```ts
   * import { Barrier } from '@heddle/sync';
   *
   * const barrier = new Barrier(2);
   * const waiting = barrier.wait().catch((error: Error) => error.name);
   * barrier.abort();
   * console.log(await waiting); // BrokenBarrierError
   * ```
   */
  abort(): void {
    this.#monitor.enter();
    breakUp(this.#monitor, broken);
    this.#monitor.leave();
  }

  /**
   * Makes the barrier as good as new. Parties that wait there get BrokenBarrierError.
   *
   * @example
   * ```ts
   * import { Barrier } from '@heddle/sync';
   *
   * const barrier = new Barrier(2);
   * barrier.abort();
   * barrier.reset();
   * console.log(barrier.broken); // false
   * ```
   */
  reset(): void {
    const monitor = this.#monitor;
    monitor.reset();
    monitor.enter();
    breakUp(monitor, filling);
    monitor.leave();
  }

  /** @internal */
  [inspectKey](): string {
    return shown('Barrier', { parties: this.parties, waiting: this.nWaiting, broken: this.broken });
  }

  /** @param blockingMs - the time limit of a party that blocks; undefined for one that awaits */
  #arrive(blockingMs?: number): Arrival {
    const monitor = this.#monitor;
    monitor.enter();
    try {
      monitor.beginChange();
      return this.#arriveInside(blockingMs);
    } finally {
      monitor.leave();
    }
  }

  #arriveInside(blockingMs: number | undefined): Arrival {
    const monitor = this.#monitor;
    if (this.broken) throw brokenBarrier('it is broken; call reset() when all parties are ready to meet again');
    const place = this.#word(phase) === filling ? this.#word(arrived) : -1;
    if (place + 1 === this.parties) {
      if (this.#options.action === undefined) {
        open(monitor);
        return { is: 'through', place };
      }
      Atomics.store(monitor.words, phase, acting);
      Atomics.store(monitor.words, holder, monitor.me);
      return { is: 'acting', place, round: this.#word(round) };
    }
    if (blockingMs !== undefined) checkBlocking(monitor, 'Barrier.waitSync', line, blockingMs);
    if (place >= 0) Atomics.store(monitor.words, arrived, place + 1);
    const waiter = monitor.enqueue(place >= 0 ? line : antechamber);
    waiter.onWithdraw = () => {
      breakUp(monitor, broken);
    }; // The others would wait for it in vain.
    return { is: 'waiting', place, waiter };
  }

  #check(ending: Ending): void {
    if (ending === 'granted') return;
    if (ending === 'timed out') throw brokenBarrier('not all parties came within timeoutMs');
    throw this.#monitor.isBroken
      ? this.#monitor.abandoned()
      : brokenBarrier('it was aborted or reset, or one of those who waited waits no longer');
  }

  /** Called when the action failed: breaks the barrier. */
  #fail(ofRound: number): void {
    this.#monitor.enter();
    if (this.#word(round) === ofRound) breakUp(this.#monitor, broken);
    this.#monitor.leave();
  }

  /** Called when the action succeeded: opens the barrier. */
  #succeed(ofRound: number): void {
    this.#monitor.enter();
    const isCurrent = this.#word(round) === ofRound;
    if (isCurrent) open(this.#monitor);
    this.#monitor.leave();
    if (!isCurrent) this.#check('flushed');
  }

  #word(index: number): number {
    return Atomics.load(this.#monitor.words, index);
  }
}

function brokenBarrier(why: string): BrokenBarrierError {
  return new BrokenBarrierError(`Barrier: ${why}`);
}

function checkResult(result: unknown): void {
  if (typeof (result as PromiseLike<unknown> | null | undefined)?.then !== 'function') return;
  (result as PromiseLike<unknown>).then(undefined, () => undefined);
  throw new InvalidStateError(
    "Barrier.waitSync: the action returned a promise, and a thread that blocks can't await it; use wait(), or an action that does all at once",
  );
}
