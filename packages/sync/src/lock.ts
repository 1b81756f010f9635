import { InvalidStateError } from '@heddle/futures/errors';
import { holdOrMark, holderOf, tryHold, tryLetGo } from './core/holder.js';
import type { Words } from './core/layout.js';
import type { Kind, Monitor } from './core/monitor.js';
import { inspectKey, shown } from './core/show.js';
import { takeAwaiting, takeBlocking, takeInAnyCase, tryTake, type Takeable } from './core/take.js';
import { createMonitor, decodeKey, encodeKey, memoryOf, moduleKey, objectOn, type Destination } from './core/travel.js';
import type { Guard } from './guard.js';
import { held, heldSync, type Hold } from './hold.js';
import type { WaitLimits } from './wait-limits.js';

const line = 0;

const kind: Kind = {
  name: 'Lock',
  lines: 1,
  hasHolder: true,
  releasedBy: 'anybody',
  takeBack: (monitor) => {
    monitor.handOn(line);
  },
};
const lock: Takeable = { now: ({ words, me }) => tryHold(words, me), orMark: ({ words, me }) => holdOrMark(words, me) };

/** The operations that a Condition needs of its lock. */
export let guardOfLock: (lock: Lock) => Guard;

/**
 * A lock that one holder has at a time: `threading.Lock` and `asyncio.Lock` in one. It serves the async functions of one thread and any
 * number of threads alike, first come, first served. Its holder can't take it a second time (an {@link RLock} allows that). As in Python,
 * any thread may release it.
 *
 * Pass it to a task as an argument, or let the task capture it: the task's thread then has the same lock. If a thread ends while it holds
 * the lock, every waiter, and every later attempt to take it, gets AbandonedLockError; `reset()` makes it usable again.
 *
 * @example
 * ```ts
 * import { Lock } from '@heddle/sync';
 *
 * const lock = new Lock();
 *
 * export async function append(text: string, write: (text: string) => Promise<void>): Promise<void> {
 *   using held = await lock.hold();
 *   await write(text);
 * }
 * ```
 */
export class Lock {
  readonly #monitor: Monitor = createMonitor(kind);

  static {
    guardOfLock = (of) => {
      const monitor = of.#monitor;
      return {
        monitor,
        isOwned: () => holderOf(monitor.words) === monitor.me,
        letGo: () => {
          of.release();
        },
        takeAgain: () => takeInAnyCase(monitor, lock, line),
        takeAgainSync: (method) => {
          takeBlocking(monitor, lock, line, method, undefined);
        },
      };
    };
  }

  /** @internal */
  static readonly [moduleKey]: string = import.meta.url;

  /** @internal */
  static [encodeKey](of: Lock, destination: Destination): Words {
    return memoryOf(of.#monitor, of, destination);
  }

  /** @internal */
  static [decodeKey](words: Words): Lock {
    return objectOn(words, () => new Lock());
  }

  /**
   * Takes the lock as soon as all earlier callers have had it. The event loop goes on meanwhile.
   *
   * @returns true; false when `timeoutMs` was over first
   * @throws (as a rejection) AbandonedLockError (HEDDLE_ABANDONED_LOCK), AbortError (HEDDLE_ABORTED); TypeError, RangeError for bad options
   * @example
   * ```ts
   * import { Lock } from '@heddle/sync';
   *
   * const lock = new Lock();
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
    return takeAwaiting(this.#monitor, lock, line, 'Lock.acquire', options);
  }

  /**
   * Takes the lock, and blocks the whole thread until then. Only for threads that may block.
   *
   * @param timeoutMs - milliseconds to wait; no limit by default
   * @returns true; false when `timeoutMs` was over first
   * @throws AbandonedLockError (HEDDLE_ABANDONED_LOCK); InvalidStateError (HEDDLE_INVALID_STATE) when the thread may not block, or would
   *   block for ever; TypeError, RangeError for a bad `timeoutMs`
   * @example
   * ```ts
   * import { Lock } from '@heddle/sync';
   *
   * const lock = new Lock();
   * if (lock.acquireSync(100)) lock.release();
   * ```
   */
  acquireSync(timeoutMs?: number): boolean {
    const { words, me } = this.#monitor;
    return (timeoutMs === undefined && tryHold(words, me)) || takeBlocking(this.#monitor, lock, line, 'Lock.acquireSync', timeoutMs);
  }

  /**
   * Takes the lock if it is free, and never waits.
   *
   * @returns true when it took the lock
   * @throws AbandonedLockError (HEDDLE_ABANDONED_LOCK)
   * @example
   * ```ts
   * import { Lock } from '@heddle/sync';
   *
   * const lock = new Lock();
   * if (lock.tryAcquire()) lock.release();
   * else console.log('somebody else has it');
   * ```
   */
  tryAcquire(): boolean {
    const { words, me } = this.#monitor;
    return tryHold(words, me) || tryTake(this.#monitor, lock);
  }

  /**
   * Releases the lock and hands it to the longest waiter. Any thread may release it, not only the one that acquired it.
   *
   * @throws InvalidStateError (HEDDLE_INVALID_STATE) when nobody holds it; AbandonedLockError (HEDDLE_ABANDONED_LOCK)
   * @example
   * ```ts
   * import { Lock } from '@heddle/sync';
   *
   * const lock = new Lock();
   * await lock.acquire();
   * lock.release();
   * ```
   */
  release(): void {
    const monitor = this.#monitor;
    if (tryLetGo(monitor.words, monitor.me)) return;
    monitor.enter();
    const wasHeld = monitor.handOn(line);
    monitor.leave();
    if (!wasHeld) throw new InvalidStateError('Lock.release: nobody holds it; release it once for each time that acquire gave true');
  }

  /**
   * Tells whether the lock is held at this moment.
   *
   * @example
   * ```ts
   * import { Lock } from '@heddle/sync';
   *
   * const lock = new Lock();
   * lock.acquireSync();
   * console.log(lock.locked()); // true
   * lock.release();
   * ```
   */
  locked(): boolean {
    return holderOf(this.#monitor.words) !== 0;
  }

  /**
   * Takes the lock until the end of a block: `using held = await lock.hold();`
   *
   * @throws (as a rejection) as `acquire`; TimeoutError (HEDDLE_TIMEOUT) when `timeoutMs` was over first
   * @example
   * ```ts
   * import { Lock } from '@heddle/sync';
   *
   * const lock = new Lock();
   * {
   *   using held = await lock.hold({ timeoutMs: 1000 });
   *   console.log('it is ours until the end of this block');
   * }
   * ```
   */
  hold(options?: WaitLimits): Promise<Hold> {
    return held(this, 'Lock.hold', options);
  }

  /**
   * Takes the lock as `hold` does, and blocks the thread: `using held = lock.holdSync();`
   *
   * @throws as `acquireSync`; TimeoutError (HEDDLE_TIMEOUT)
   * @example
   * ```ts
   * import { Lock } from '@heddle/sync';
   *
   * const lock = new Lock();
   * {
   *   using held = lock.holdSync(1000);
   *   console.log('it is ours until the end of this block');
   * }
   * ```
   */
  holdSync(timeoutMs?: number): Hold {
    return heldSync(this, 'Lock.holdSync', timeoutMs);
  }

  /**
   * Makes an abandoned lock usable again; nobody holds it then. Call it after you have checked or repaired the data that the lock guards.
   *
   * @throws InvalidStateError (HEDDLE_INVALID_STATE) when it is not abandoned
   * @example
   * ```ts
   * import { isHeddleError } from '@heddle/futures';
   * import { Lock } from '@heddle/sync';
   *
   * export async function take(lock: Lock, repair: () => void): Promise<void> {
   *   try {
   *     await lock.acquire();
   *   } catch (error) {
   *     if (!isHeddleError(error, 'HEDDLE_ABANDONED_LOCK')) throw error;
   *     repair(); // the data that a dead thread may have left half changed
   *     lock.reset();
   *     await lock.acquire();
   *   }
   * }
   * ```
   */
  reset(): void {
    if (!this.#monitor.reset()) throw new InvalidStateError('Lock.reset: it is not abandoned; who holds it has to release it');
  }

  /** @internal */
  [inspectKey](): string {
    return shown('Lock', { locked: this.locked(), waiting: this.#monitor.countWaiters() });
  }
}
