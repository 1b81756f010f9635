import { integerFrom } from '@heddle/futures/authors';
import { holder, ownWords, type Words } from './core/layout.js';
import type { Monitor } from './core/monitor.js';
import { inspectKey, shown } from './core/show.js';
import { takeAwaiting, takeBlocking, tryTake, type Takeable } from './core/take.js';
import { createMonitor, decodeKey, encodeKey, memoryOf, moduleKey, objectOn, type Destination } from './core/travel.js';
import { held, heldSync, type Hold } from './hold.js';
import type { WaitLimits } from './wait-limits.js';

const line = 0;
/**
 * The word with the number of permits left; {@link awaited}: none is left, and somebody waits. As with a lock's holder (core/holder.ts), it
 * changes without the mutex unless it is awaited.
 */
const value = holder;
const awaited = -1;
/** The upper limit of `value`. */
const bound = ownWords;
const unbounded = 0x7fffffff;

const counting = integerFrom(0);
const positive = integerFrom(1);

function take({ words }: Monitor): boolean {
  for (;;) {
    const left = Atomics.load(words, value);
    if (left <= 0) return false;
    if (Atomics.compareExchange(words, value, left, left - 1) === left) return true;
  }
}

function takeOrMark(monitor: Monitor): boolean {
  do if (take(monitor)) return true;
  while (Atomics.compareExchange(monitor.words, value, 0, awaited) > 0);
  return false;
}

const one: Takeable = { now: take, orMark: takeOrMark };

/** Gives permits back without the mutex. @returns true; false when somebody waits; undefined when `bound` would be exceeded */
function giveBackNow({ words }: Monitor, count: number): boolean | undefined {
  for (;;) {
    const left = Atomics.load(words, value);
    if (Math.max(0, left) + count > Atomics.load(words, bound)) return undefined;
    if (left < 0) return false;
    if (Atomics.compareExchange(words, value, left, left + count) === left) return true;
  }
}

/** Gives permits to the waiters in their order; the rest is free for all. Inside only, and only when somebody waits. */
function giveBack(monitor: Monitor, count: number): void {
  let left = count;
  while (left > 0 && monitor.grant(line) >= 0) left -= 1;
  if (monitor.waiters(line) === 0) Atomics.store(monitor.words, value, left);
}

let monitorOf: (semaphore: Semaphore) => Monitor;

/**
 * A counter that limits how many callers use something at once: `threading.Semaphore` and `asyncio.Semaphore` in one. It serves the async
 * functions of one thread and any number of threads alike, first come, first served. What was acquired has no owner: any thread may
 * release, and more often than was acquired ({@link BoundedSemaphore} refuses that).
 *
 * Pass it to a task as an argument, or let the task capture it: the task's thread then has the same semaphore. If a thread ends, what it
 * has acquired is not given back.
 *
 * @example
 * ```ts
 * import { Semaphore } from '@heddle/sync';
 *
 * const connections = new Semaphore(10);
 *
 * export async function query(ask: () => Promise<string>): Promise<string> {
 *   using held = await connections.hold();
 *   return await ask();
 * }
 * ```
 */
export class Semaphore {
  readonly #monitor: Monitor;

  static {
    monitorOf = (semaphore) => semaphore.#monitor;
  }

  /** @internal */
  static readonly [moduleKey]: string = import.meta.url;

  /** @internal */
  static [encodeKey](semaphore: Semaphore, destination: Destination): Words {
    return memoryOf(semaphore.#monitor, semaphore, destination);
  }

  /** @internal */
  static [decodeKey](words: Words): Semaphore {
    return objectOn(words, () => new Semaphore());
  }

  /**
   * @param initial - how many can be acquired at first: a whole number, 0 or more; 1 by default
   * @throws TypeError, RangeError for anything else
   */
  constructor(initial = 1) {
    const { name } = new.target;
    counting(initial, `${name}: initial`);
    this.#monitor = createMonitor({
      name,
      lines: 1,
      takeBack: (monitor, _line, count) => {
        if (giveBackNow(monitor, count) === false) giveBack(monitor, count);
      },
    });
    begin(this.#monitor, initial, unbounded);
  }

  /**
   * Takes one as soon as one is free and all earlier callers have theirs. The event loop goes on meanwhile.
   *
   * @returns true; false when `timeoutMs` was over first
   * @throws (as a rejection) AbortError (HEDDLE_ABORTED); AbandonedLockError (HEDDLE_ABANDONED_LOCK) when a thread died amid an operation
   *   on it; TypeError, RangeError for bad options
   * @example
   * ```ts
   * import { Semaphore } from '@heddle/sync';
   *
   * const lock = new Semaphore(2);
   * if (await lock.acquire({ timeoutMs: 100 })) {
   *   try {
   *     console.log('it is ours');
   *   } finally {
   *     lock.release();
   *   }
   * }
   * ```
   */
  acquire(options?: WaitLimits): Promise<boolean> {
    return takeAwaiting(this.#monitor, one, line, `${this.#name}.acquire`, options);
  }

  /**
   * Takes one, and blocks the whole thread until then. Only for threads that may block.
   *
   * @param timeoutMs - milliseconds to wait; no limit by default
   * @returns true; false when `timeoutMs` was over first
   * @throws InvalidStateError (HEDDLE_INVALID_STATE) when the thread may not block, or would block for ever; AbandonedLockError
   *   (HEDDLE_ABANDONED_LOCK); TypeError, RangeError for a bad `timeoutMs`
   * @example
   * ```ts
   * import { Semaphore } from '@heddle/sync';
   *
   * const lock = new Semaphore(2);
   * if (lock.acquireSync(100)) lock.release();
   * ```
   */
  acquireSync(timeoutMs?: number): boolean {
    return takeBlocking(this.#monitor, one, line, `${this.#name}.acquireSync`, timeoutMs);
  }

  /**
   * Takes one if one is free, and never waits.
   *
   * @returns true when it took one
   * @throws AbandonedLockError (HEDDLE_ABANDONED_LOCK)
   * @example
   * ```ts
   * import { Semaphore } from '@heddle/sync';
   *
   * const lock = new Semaphore(2);
   * if (lock.tryAcquire()) lock.release();
   * else console.log('somebody else has it');
   * ```
   */
  tryAcquire(): boolean {
    return tryTake(this.#monitor, one);
  }

  /**
   * Gives back what was acquired; the longest waiters get it first.
   *
   * @param count - how many: a whole number, 1 or more; 1 by default
   * @throws RangeError when a BoundedSemaphore would have more than at first; TypeError, RangeError for a bad count; AbandonedLockError
   *   (HEDDLE_ABANDONED_LOCK)
   * @example
   * ```ts
   * import { Semaphore } from '@heddle/sync';
   *
   * const lock = new Semaphore(2);
   * await lock.acquire();
   * lock.release();
   * ```
   */
  release(count = 1): void {
    positive(count, `${this.#name}.release: count`);
    const monitor = this.#monitor;
    let isDone = giveBackNow(monitor, count);
    if (isDone === false) {
      monitor.enter();
      isDone = giveBackNow(monitor, count);
      if (isDone === false) giveBack(monitor, count);
      monitor.leave();
    }
    if (isDone === undefined)
      throw new RangeError(`${this.#name}.release: it was released more often than acquired; release once for each acquire that gave true`);
  }

  /**
   * Takes one until the end of a block: `using held = await semaphore.hold();`
   *
   * @throws (as a rejection) as `acquire`; TimeoutError (HEDDLE_TIMEOUT) when `timeoutMs` was over first
   * @example
   * ```ts
   * import { Semaphore } from '@heddle/sync';
   *
   * const lock = new Semaphore(2);
   * {
   *   using held = await lock.hold({ timeoutMs: 1000 });
   *   console.log('it is ours until the end of this block');
   * }
   * ```
   */
  hold(options?: WaitLimits): Promise<Hold> {
    return held(this, `${this.#name}.hold`, options);
  }

  /**
   * Takes one as `hold` does, and blocks the thread: `using held = semaphore.holdSync();`
   *
   * @throws as `acquireSync`; TimeoutError (HEDDLE_TIMEOUT)
   * @example
   * ```ts
   * import { Semaphore } from '@heddle/sync';
   *
   * const lock = new Semaphore(2);
   * {
   *   using held = lock.holdSync(1000);
   *   console.log('it is ours until the end of this block');
   * }
   * ```
   */
  holdSync(timeoutMs?: number): Hold {
    return heldSync(this, `${this.#name}.holdSync`, timeoutMs);
  }

  /** @internal */
  [inspectKey](): string {
    return shown(this.#name, { value: Math.max(0, Atomics.load(this.#monitor.words, value)), waiting: this.#monitor.countWaiters() });
  }

  get #name(): string {
    return this.#monitor.kind.name;
  }
}

/** Writes the words of a new semaphore. One that arrived from another thread has them already. */
function begin(monitor: Monitor, initial: number, most: number): void {
  if (monitor.isShared) return;
  Atomics.store(monitor.words, value, initial);
  Atomics.store(monitor.words, bound, most);
}

/**
 * A {@link Semaphore} that throws when it is released more often than acquired, as `threading.BoundedSemaphore`.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore } from '@heddle/sync';
 *
 * const seats = new BoundedSemaphore(2);
 * seats.tryAcquire();
 * seats.release();
 * try {
 *   seats.release();
 * } catch (error) {
 *   console.log(error instanceof RangeError);
 * }
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  /** @internal */
  static override readonly [moduleKey]: string = import.meta.url;

  /** @internal */
  static override [encodeKey](semaphore: BoundedSemaphore, destination: Destination): Words {
    return Semaphore[encodeKey](semaphore, destination);
  }

  /** @internal */
  static override [decodeKey](words: Words): BoundedSemaphore {
    return objectOn(words, () => new BoundedSemaphore());
  }

  /**
   * @param initial - how many can be acquired at first, and at most: a whole number, 0 or more; 1 by default
   * @throws TypeError, RangeError for anything else
   */
  constructor(initial = 1) {
    super(initial);
    begin(monitorOf(this), initial, initial);
  }
}
