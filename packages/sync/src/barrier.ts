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

/** Those who have come, and those who came while the action of the others ran. */
const line = 0;
const antechamber = 1;

const parties = ownWords;
/** How many have come. */
const arrived = ownWords + 1;
const phase = ownWords + 2;
/** Counts what ended a phase: who runs the action sees whether it was broken meanwhile. */
const round = ownWords + 3;

/** While the action runs, its thread is the holder. */
const filling = 0;
const acting = 1;
const broken = 2;

const kind: Kind = { name: 'Barrier', lines: 2, hasHolder: true, takeBack: () => undefined };
const positive = integerFrom(1);
const checks = { action: ofType('function'), timeoutMs: durationMs };

/** Options of {@link Barrier}. */
export interface BarrierOptions {
  /**
   * Called by the last one to come, before the others go on. It travels with the barrier: threads have a copy of it, with
   * what it captures. When it throws, the barrier is broken. In `waitSync` it must not return a promise.
   */
  action?: () => unknown;
  /** Milliseconds for each `wait` that is given none. @defaultValue no limit */
  timeoutMs?: number;
}

/** The barrier is broken, for those who are there and those who come. Inside. */
function breakUp(monitor: Monitor, next: typeof filling | typeof broken): void {
  begin(monitor, next);
  monitor.flush(line);
}

/** All are there: they go on. Inside. */
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
  monitor.grantAll(antechamber); // they try again
}

/** What becomes of one who comes. Who comes while an action runs has no place yet: -1. */
type Arrival =
  | { readonly is: 'through'; readonly place: number }
  | { readonly is: 'acting'; readonly place: number; readonly round: number }
  | { readonly is: 'waiting'; readonly place: number; readonly waiter: Waiter };

interface Data {
  readonly words: Words;
  readonly options: BarrierOptions;
}

/**
 * A place where a number of parties wait for each other, as `threading.Barrier` and `asyncio.Barrier` in one: async functions
 * of one thread and any number of threads. When all are there they go on, and the barrier is ready for their next meeting.
 *
 * When one can't come, or waits no longer, the barrier is broken: everybody who is there, and who comes later, gets
 * BrokenBarrierError, until `reset()`.
 *
 * Give it to a task as an argument, or let the task capture it: threads have the same barrier then.
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
   * @param count - how many meet: a whole number, 1 or more
   * @throws TypeError, RangeError for a bad count or a bad option
   */
  constructor(count: number, options: BarrierOptions = {}) {
    positive(count, 'Barrier: count');
    checkOptions('Barrier', options, checks);
    this.#options = { ...options };
    this.#monitor = createMonitor(kind);
    if (!this.#monitor.isShared) Atomics.store(this.#monitor.words, parties, count);
  }

  /** How many meet here. */
  get parties(): number {
    return this.#word(parties);
  }

  /** How many are there now and wait for the others. */
  get nWaiting(): number {
    return this.#word(phase) === filling ? this.#word(arrived) : 0;
  }

  /** Whether it is broken, until `reset`. */
  get broken(): boolean {
    return this.#word(phase) === broken;
  }

  /**
   * Waits until all are there. The event loop goes on.
   *
   * @returns the place in which this one came, 0 to `parties - 1`: each of them gets another number
   * @throws (as a rejection) BrokenBarrierError (HEDDLE_BROKEN_BARRIER): it is broken, is broken or reset meanwhile, or `timeoutMs` is over, which
   *   breaks it; AbortError (HEDDLE_ABORTED), which breaks it too; what the action throws; AbandonedLockError (HEDDLE_ABANDONED_LOCK)
   *   when a thread died amid an operation on it; TypeError, RangeError for bad options
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
   * As `wait`, and blocks the whole thread: for threads that may.
   *
   * @param timeoutMs - milliseconds to wait; by itself the barrier's own
   * @throws as `wait`; InvalidStateError (HEDDLE_INVALID_STATE) when the thread may not block, or would for ever, or when the
   *   action returned a promise
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
   * Breaks it: for one who can't come.
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
   * Makes it as new. Who waits there gets BrokenBarrierError.
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

  /** @param blockingMs - the limit of one who blocks */
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
    }; // the others would wait for it in vain
    return { is: 'waiting', place, waiter };
  }

  #check(ending: Ending): void {
    if (ending === 'granted') return;
    if (ending === 'timed out') throw brokenBarrier('not all parties came within timeoutMs');
    throw this.#monitor.isBroken
      ? this.#monitor.abandoned()
      : brokenBarrier('it was aborted or reset, or one of those who waited waits no longer');
  }

  /** The action failed. */
  #fail(ofRound: number): void {
    this.#monitor.enter();
    if (this.#word(round) === ofRound) breakUp(this.#monitor, broken);
    this.#monitor.leave();
  }

  /** The action is done. */
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
