import { integerFrom, show, type StopSignals } from '@heddle/futures/authors';
import { InvalidStateError } from '@heddle/futures/errors';
import { awaitTurn } from './core/await-turn.js';
import { blockForTurn } from './core/block-for-turn.js';
import { countdown } from './core/countdown.js';
import type { Words } from './core/layout.js';
import type { Kind, Monitor } from './core/monitor.js';
import { inspectKey, shown } from './core/show.js';
import { enqueueBlocking } from './core/take.js';
import { createMonitor, decodeKey, encodeKey, memoryOf, moduleKey, objectOn, type Destination } from './core/travel.js';
import type { Ending } from './core/waiter.js';
import type { Guard } from './guard.js';
import type { Hold } from './hold.js';
import { Lock, guardOfLock } from './lock.js';
import { RLock, guardOfRLock } from './r-lock.js';
import { checkLimits, checkTimeout, type WaitLimits } from './wait-limits.js';

const line = 0;
const positive = integerFrom(1);

function kindOf(guard: Guard): Kind {
  return {
    name: 'Condition',
    lines: 1,
    takeBack: (monitor, _line, count) => {
      for (let i = 0; i < count; i++) monitor.grant(line);
    },
    // A waiter whose notification needs the lock would wait in vain once the lock is abandoned. So all waiters fail then.
    inspect: (monitor) => {
      guard.monitor.patrol();
      if (!guard.monitor.isBroken) return;
      monitor.enterAnyway();
      monitor.flush(line);
      monitor.leave();
    },
  };
}

interface Data {
  readonly words: Words;
  readonly lock: Lock | RLock;
}

/**
 * Lets a caller that holds a lock wait for a state that other holders of the lock bring about: `threading.Condition` and
 * `asyncio.Condition` in one.
 *
 * - `wait` releases the lock, waits for a notification, and takes the lock again before it returns.
 * - `notify` wakes the longest waiter, which goes on once the lock is released.
 *
 * By default its lock is a new {@link Lock}. In `threading` it is an RLock, which would not keep async functions of one thread apart.
 * Several conditions can share a lock. Pass the condition to a task as an argument, or let the task capture it: the task's thread then has
 * the same condition, and the same lock.
 *
 * @example
 * ```ts
 * import { Condition } from '@heddle/sync';
 *
 * const items: string[] = [];
 * const changed = new Condition();
 *
 * export async function take(): Promise<string | undefined> {
 *   using held = await changed.hold();
 *   await changed.waitFor(() => items.length > 0);
 *   return items.shift();
 * }
 *
 * export async function put(item: string): Promise<void> {
 *   using held = await changed.hold();
 *   items.push(item);
 *   changed.notify();
 * }
 * ```
 */
export class Condition {
  /** The lock of this condition. */
  readonly lock: Lock | RLock;
  readonly #guard: Guard;
  readonly #monitor: Monitor;

  /** @internal */
  static readonly [moduleKey]: string = import.meta.url;

  /** @internal */
  static [encodeKey](condition: Condition, destination: Destination): Data {
    return { words: memoryOf(condition.#monitor, condition, destination), lock: condition.lock };
  }

  /** @internal */
  static [decodeKey]({ words, lock }: Data): Condition {
    return objectOn(words, () => new Condition(lock));
  }

  /**
   * @param lock - a new Lock by default
   * @throws TypeError for anything but a Lock or an RLock
   */
  constructor(lock: Lock | RLock = new Lock()) {
    this.lock = lock;
    this.#guard = guardOf(lock);
    this.#monitor = createMonitor(kindOf(this.#guard));
  }

  /**
   * Takes the lock.
   *
   * @returns true; false when `timeoutMs` was over first.
   * @throws as the lock
   * @example
   * ```ts
   * import { Condition } from '@heddle/sync';
   *
   * const condition = new Condition();
   * await condition.acquire();
   * condition.notify();
   * condition.release();
   * ```
   */
  acquire(options?: WaitLimits): Promise<boolean> {
    return this.lock.acquire(options);
  }

  /**
   * Takes the lock, and blocks the thread until then.
   *
   * @returns true; false when `timeoutMs` was over first.
   * @throws as the lock
   * @example
   * ```ts
   * import { Condition } from '@heddle/sync';
   *
   * const condition = new Condition();
   * if (condition.acquireSync(100)) {
   *   condition.notify();
   *   condition.release();
   * }
   * ```
   */
  acquireSync(timeoutMs?: number): boolean {
    return this.lock.acquireSync(timeoutMs);
  }

  /**
   * Takes the lock if that is possible at once.
   *
   * @throws as the lock
   * @example
   * ```ts
   * import { Condition } from '@heddle/sync';
   *
   * const condition = new Condition();
   * if (condition.tryAcquire()) condition.release();
   * ```
   */
  tryAcquire(): boolean {
    return this.lock.tryAcquire();
  }

  /**
   * Releases the lock.
   *
   * @throws as the lock
   * @example
   * ```ts
   * import { Condition } from '@heddle/sync';
   *
   * const condition = new Condition();
   * await condition.acquire();
   * condition.release();
   * ```
   */
  release(): void {
    this.lock.release();
  }

  /**
   * Takes the lock until the end of a block: `using held = await condition.hold();`
   *
   * @throws as the lock
   * @example
   * ```ts
   * import { Condition } from '@heddle/sync';
   *
   * const condition = new Condition();
   * {
   *   using held = await condition.hold();
   *   condition.notifyAll();
   * }
   * ```
   */
  hold(options?: WaitLimits): Promise<Hold> {
    return this.lock.hold(options);
  }

  /**
   * Takes the lock as `hold` does, and blocks the thread.
   *
   * @throws as the lock
   * @example
   * ```ts
   * import { Condition } from '@heddle/sync';
   *
   * const condition = new Condition();
   * {
   *   using held = condition.holdSync();
   *   condition.notifyAll();
   * }
   * ```
   */
  holdSync(timeoutMs?: number): Hold {
    return this.lock.holdSync(timeoutMs);
  }

  /**
   * Releases the lock, waits for a notification, and takes the lock again, however the wait ended. Check the state again afterwards, or use
   * {@link waitFor}, which does so.
   *
   * @returns true; false when `timeoutMs` was over first
   * @throws (as a rejection) InvalidStateError (HEDDLE_INVALID_STATE) when the caller doesn't hold the lock; AbortError (HEDDLE_ABORTED),
   *   with the lock held again; AbandonedLockError (HEDDLE_ABANDONED_LOCK); TypeError, RangeError for bad options
   * @example
   * ```ts
   * import { Condition } from '@heddle/sync';
   *
   * const condition = new Condition();
   * const items: string[] = [];
   *
   * export async function take(): Promise<string | undefined> {
   *   using held = await condition.hold();
   *   while (items.length === 0) await condition.wait();
   *   return items.shift();
   * }
   * ```
   */
  async wait(options?: WaitLimits): Promise<boolean> {
    return this.#wait('Condition.wait', options?.timeoutMs, checkLimits('Condition.wait', options));
  }

  /**
   * Waits as `wait` does, and blocks the whole thread. Only for threads that may block.
   *
   * @param timeoutMs - milliseconds to wait; no limit by default. Taking the lock again may last longer
   * @returns true; false when `timeoutMs` was over first
   * @throws InvalidStateError (HEDDLE_INVALID_STATE) when the caller doesn't hold the lock, may not block, or would block for ever;
   *   AbandonedLockError (HEDDLE_ABANDONED_LOCK); TypeError, RangeError for a bad `timeoutMs`
   * @example
   * ```ts
   * import { Condition } from '@heddle/sync';
   *
   * const condition = new Condition();
   * const state = new Int32Array(new SharedArrayBuffer(4));
   *
   * export function untilSet(): void {
   *   using held = condition.holdSync();
   *   while (state[0] === 0) condition.waitSync();
   * }
   * ```
   */
  waitSync(timeoutMs?: number): boolean {
    checkTimeout('Condition.waitSync', timeoutMs);
    return this.#waitSync('Condition.waitSync', timeoutMs);
  }

  /**
   * Waits until a predicate is true. It calls the predicate with the lock held, first at once and then after each notification.
   *
   * @param predicate - returns something true once the state has come about
   * @returns the last result of the predicate: something true, unless `timeoutMs` was over first
   * @throws (as a rejection) the error of the predicate; as `wait`
   * @example
   * ```ts
   * import { Condition } from '@heddle/sync';
   *
   * const condition = new Condition();
   * const items: string[] = [];
   *
   * export async function take(): Promise<string | undefined> {
   *   using held = await condition.hold();
   *   await condition.waitFor(() => items.length > 0, { timeoutMs: 1000 });
   *   return items.shift();
   * }
   * ```
   */
  async waitFor<T>(predicate: () => T, options?: WaitLimits): Promise<T> {
    checkPredicate('Condition.waitFor', predicate);
    const stop = checkLimits('Condition.waitFor', options);
    const left = countdown(options?.timeoutMs);
    let answer = predicate();
    for (let isInTime = true; !answer && isInTime; answer = predicate()) {
      isInTime = await this.#wait('Condition.waitFor', left(), stop);
    }
    return answer;
  }

  /**
   * Waits as `waitFor` does, and blocks the whole thread. Only for threads that may block.
   *
   * @throws as `waitSync`
   * @example
   * ```ts
   * import { Condition } from '@heddle/sync';
   *
   * const condition = new Condition();
   * const state = new Int32Array(new SharedArrayBuffer(4));
   *
   * export function isSetInTime(): boolean {
   *   using held = condition.holdSync();
   *   return condition.waitForSync(() => state[0] !== 0, 1000);
   * }
   * ```
   */
  waitForSync<T>(predicate: () => T, timeoutMs?: number): T {
    checkPredicate('Condition.waitForSync', predicate);
    checkTimeout('Condition.waitForSync', timeoutMs);
    const left = countdown(timeoutMs);
    let answer = predicate();
    for (let isInTime = true; !answer && isInTime; answer = predicate()) isInTime = this.#waitSync('Condition.waitForSync', left());
    return answer;
  }

  /**
   * Wakes the longest waiters, at most `count` of them. They go on one after the other, once the lock is released.
   *
   * @param count - how many: a whole number, 1 or more; 1 by default
   * @throws InvalidStateError (HEDDLE_INVALID_STATE) when the caller doesn't hold the lock; TypeError, RangeError for a bad count
   * @example
   * ```ts
   * import { Condition } from '@heddle/sync';
   *
   * const condition = new Condition();
   * const items: string[] = [];
   *
   * export async function put(item: string): Promise<void> {
   *   using held = await condition.hold();
   *   items.push(item);
   *   condition.notify();
   * }
   * ```
   */
  notify(count = 1): void {
    positive(count, 'Condition.notify: count');
    this.#notify('Condition.notify', count);
  }

  /**
   * Wakes all waiters.
   *
   * @throws InvalidStateError (HEDDLE_INVALID_STATE) when the caller doesn't hold the lock
   * @example
   * ```ts
   * import { Condition } from '@heddle/sync';
   *
   * const condition = new Condition();
   * let isOpen = false;
   *
   * export async function open(): Promise<void> {
   *   using held = await condition.hold();
   *   isOpen = true;
   *   condition.notifyAll();
   * }
   * ```
   */
  notifyAll(): void {
    this.#notify('Condition.notifyAll', Infinity);
  }

  /** @internal */
  [inspectKey](): string {
    return shown('Condition', { locked: this.lock.locked(), waiting: this.#monitor.countWaiters() });
  }

  #notify(method: string, count: number): void {
    this.#checkOwned(method);
    this.#monitor.enter();
    for (let i = 0; i < count && this.#monitor.grant(line) >= 0; i++);
    this.#monitor.leave();
  }

  async #wait(method: string, timeoutMs: number | undefined, stop: StopSignals): Promise<boolean> {
    this.#checkOwned(method);
    stop.check();
    const monitor = this.#monitor;
    monitor.enter();
    const waiter = monitor.enqueue(line);
    monitor.leave();
    const before = this.#guard.letGo();
    let ending: Ending;
    try {
      ending = await awaitTurn(monitor, waiter, timeoutMs, stop);
    } finally {
      await this.#guard.takeAgain(before);
    }
    return this.#isNotified(ending);
  }

  #waitSync(method: string, timeoutMs: number | undefined): boolean {
    this.#checkOwned(method);
    const monitor = this.#monitor;
    monitor.enter();
    const waiter = enqueueBlocking(monitor, line, method, timeoutMs);
    const before = this.#guard.letGo();
    let ending: Ending;
    try {
      ending = blockForTurn(monitor, waiter, method, timeoutMs);
    } finally {
      this.#guard.takeAgainSync(method, before);
    }
    return this.#isNotified(ending);
  }

  #isNotified(ending: Ending): boolean {
    if (ending === 'timed out') this.#monitor.patrolIfDue();
    if (ending === 'flushed') throw this.#guard.monitor.abandoned();
    return ending === 'granted';
  }

  #checkOwned(method: string): void {
    if (this.#guard.isOwned()) return;
    throw new InvalidStateError(`${method}: whoever calls it has to hold the lock of the Condition; acquire() it first`);
  }
}

function guardOf(lock: unknown): Guard {
  if (lock instanceof Lock) return guardOfLock(lock);
  if (lock instanceof RLock) return guardOfRLock(lock);
  throw new TypeError(`Condition: lock must be a Lock or an RLock, got ${show(lock)}`);
}

function checkPredicate(method: string, predicate: unknown): void {
  if (typeof predicate !== 'function') throw new TypeError(`${method}: predicate must be a function, got ${show(predicate)}`);
}
