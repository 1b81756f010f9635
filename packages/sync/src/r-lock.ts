import { currentTask } from '@heddle/futures';
import { createAmbient } from '@heddle/futures/authors';
import { InvalidStateError } from '@heddle/futures/errors';
import { holdOrMark, holderOf, tryHold, tryLetGo } from './core/holder.js';
import { ownWords, type Words } from './core/layout.js';
import type { Kind, Monitor } from './core/monitor.js';
import { inspectKey, shown } from './core/show.js';
import { takeAwaiting, takeBlocking, takeInAnyCase, tryTake, type Takeable } from './core/take.js';
import { createMonitor, decodeKey, encodeKey, memoryOf, moduleKey, objectOn, type Destination } from './core/travel.js';
import type { Guard } from './guard.js';
import { held, heldSync, type Hold } from './hold.js';
import type { WaitLimits } from './wait-limits.js';

const line = 0;
/** The word that counts how many times the owner has taken the lock. */
const level = ownWords;

/** Hands the lock to the next waiter, at level 1. It is free when nobody waits. */
function passOn(monitor: Monitor): void {
  Atomics.store(monitor.words, level, 1);
  if (tryLetGo(monitor.words, monitor.me)) return;
  monitor.enter();
  monitor.handOn(line);
  monitor.leave();
}

const kind: Kind = {
  name: 'RLock',
  lines: 1,
  hasHolder: true,
  releasedBy: 'owner',
  takeBack: (monitor) => {
    monitor.handOn(line);
  },
};

/** The owner of a lock that is taken outside of tasks and of `run`: the thread. */
const thisThread = {};

/** The calls of `run` that surround the current code, innermost first, each with its lock. */
interface Runs {
  readonly lock: RLock;
  readonly owner: object;
  readonly outer: Runs | undefined;
}

const runs = createAmbient<Runs>();

interface Before {
  readonly owner: object;
  readonly level: number;
}

/** The operations that a Condition needs of its lock. */
export let guardOfRLock: (lock: RLock) => Guard;

/**
 * A lock that its owner can take again, as `threading.RLock`. It is free once it was released as many times as it was taken. Others wait,
 * first come, first served.
 *
 * Its owner is the running task (`currentTask()`), or the thread when no task runs. So async functions of one thread, or of one task, don't
 * keep each other out. Use {@link Lock} for them, or `run`, which makes an owner of each call.
 *
 * Pass it to a task as an argument, or let the task capture it: the task's thread then has the same lock. If a thread ends while it holds
 * the lock, everybody else gets AbandonedLockError; `reset()` makes it usable again.
 *
 * @example
 * ```ts
 * import { RLock } from '@heddle/sync';
 *
 * class Account {
 *   #lock = new RLock();
 *   #cents = 0;
 *
 *   add(cents: number): void {
 *     using held = this.#lock.holdSync();
 *     this.#cents += cents;
 *   }
 *
 *   addAll(all: number[]): void {
 *     using held = this.#lock.holdSync();
 *     for (const cents of all) this.add(cents);
 *   }
 * }
 * ```
 */
export class RLock {
  readonly #monitor: Monitor = createMonitor(kind);
  /** The owner, while this thread holds the lock. */
  #owner: object | undefined;
  /** The caller that tries to take the lock. Set right before each use of `#takeable`. */
  #asking: object = thisThread;

  static {
    guardOfRLock = (lock) => ({
      monitor: lock.#monitor,
      isOwned: () => lock.#isOwnedBy(lock.#asker()),
      letGo: () => lock.#letGo(),
      takeAgain: async (before) => {
        const { owner } = before as Before;
        await takeInAnyCase(lock.#monitor, lock.#takeFor(owner), line);
        lock.#restore(before as Before);
      },
      takeAgainSync: (method, before) => {
        const { owner } = before as Before;
        takeBlocking(lock.#monitor, lock.#takeFor(owner), line, method, undefined);
        lock.#restore(before as Before);
      },
    });
  }

  /** @internal */
  static readonly [moduleKey]: string = import.meta.url;

  /** @internal */
  static [encodeKey](lock: RLock, destination: Destination): Words {
    return memoryOf(lock.#monitor, lock, destination);
  }

  /** @internal */
  static [decodeKey](words: Words): RLock {
    return objectOn(words, () => new RLock());
  }

  /**
   * Takes the lock: at once when its owner asks, otherwise as soon as all earlier callers have had it. The event loop goes on meanwhile.
   *
   * @returns true; false when `timeoutMs` was over first
   * @throws (as a rejection) AbandonedLockError (HEDDLE_ABANDONED_LOCK), AbortError (HEDDLE_ABORTED); TypeError, RangeError for bad options
   * @example
   * ```ts
   * import { RLock } from '@heddle/sync';
   *
   * const lock = new RLock();
   * if (await lock.acquire({ timeoutMs: 100 })) {
   *   try {
   *     console.log('it is ours');
   *   } finally {
   *     lock.release();
   *   }
   * }
   * ```
   */
  async acquire(options?: WaitLimits): Promise<boolean> {
    const owner = this.#asker();
    const isTaken = await takeAwaiting(this.#monitor, this.#takeFor(owner), line, 'RLock.acquire', options);
    if (isTaken) this.#owner = owner;
    return isTaken;
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
   * import { RLock } from '@heddle/sync';
   *
   * const lock = new RLock();
   * if (lock.acquireSync(100)) lock.release();
   * ```
   */
  acquireSync(timeoutMs?: number): boolean {
    const owner = this.#asker();
    const isTaken = takeBlocking(this.#monitor, this.#takeFor(owner), line, 'RLock.acquireSync', timeoutMs);
    if (isTaken) this.#owner = owner;
    return isTaken;
  }

  /**
   * Takes the lock if nobody else has it, and never waits.
   *
   * @returns true when it took the lock
   * @throws AbandonedLockError (HEDDLE_ABANDONED_LOCK)
   * @example
   * ```ts
   * import { RLock } from '@heddle/sync';
   *
   * const lock = new RLock();
   * if (lock.tryAcquire()) lock.release();
   * else console.log('somebody else has it');
   * ```
   */
  tryAcquire(): boolean {
    return tryTake(this.#monitor, this.#takeFor(this.#asker()));
  }

  /**
   * Releases the lock once. After as many releases as acquires the lock goes to the longest waiter, or is free.
   *
   * @throws InvalidStateError (HEDDLE_INVALID_STATE) when the caller doesn't own it; AbandonedLockError (HEDDLE_ABANDONED_LOCK)
   * @example
   * ```ts
   * import { RLock } from '@heddle/sync';
   *
   * const lock = new RLock();
   * await lock.acquire();
   * lock.release();
   * ```
   */
  release(): void {
    const monitor = this.#monitor;
    if (!this.#isOwnedBy(this.#asker())) {
      monitor.checkUsable();
      throw new InvalidStateError(
        `RLock.release: ${this.locked() ? 'somebody else owns it' : 'nobody holds it'}; the task or thread that acquired it has to release it, as often as it did`,
      );
    }
    const left = Atomics.load(monitor.words, level) - 1;
    if (left > 0) {
      Atomics.store(monitor.words, level, left);
      return;
    }
    this.#owner = undefined;
    passOn(monitor);
  }

  /**
   * Tells whether the lock is held at this moment.
   *
   * @example
   * ```ts
   * import { RLock } from '@heddle/sync';
   *
   * const lock = new RLock();
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
   * import { RLock } from '@heddle/sync';
   *
   * const lock = new RLock();
   * {
   *   using held = await lock.hold({ timeoutMs: 1000 });
   *   console.log('it is ours until the end of this block');
   * }
   * ```
   */
  hold(options?: WaitLimits): Promise<Hold> {
    return held(this, 'RLock.hold', options);
  }

  /**
   * Takes the lock as `hold` does, and blocks the thread: `using held = lock.holdSync();`
   *
   * @throws as `acquireSync`; TimeoutError (HEDDLE_TIMEOUT)
   * @example
   * ```ts
   * import { RLock } from '@heddle/sync';
   *
   * const lock = new RLock();
   * {
   *   using held = lock.holdSync(1000);
   *   console.log('it is ours until the end of this block');
   * }
   * ```
   */
  holdSync(timeoutMs?: number): Hold {
    return heldSync(this, 'RLock.holdSync', timeoutMs);
  }

  /**
   * Takes the lock, runs a function and releases the lock. The call is an owner of its own, together with everything that the function
   * calls and awaits: that code can take the lock again, other async functions of the thread can't. If the caller owns the lock already,
   * the function runs as a part of that owner.
   *
   * @returns the function's result
   * @throws (as a rejection) the error of the function; as `hold`
   * @example
   * ```ts
   * import { RLock } from '@heddle/sync';
   *
   * const lock = new RLock();
   * const write = (text: string): Promise<void> => lock.run(async () => { console.log(text); });
   *
   * export const writeAll = (texts: string[]): Promise<void> =>
   *   lock.run(async () => {
   *     for (const text of texts) await write(text);
   *   });
   * ```
   */
  run<R>(fn: () => R | PromiseLike<R>, options?: WaitLimits): Promise<R> {
    if (typeof fn !== 'function') return Promise.reject(new TypeError(`RLock.run: expected a function, got ${typeof fn}`));
    const asker = this.#asker();
    const owner = this.#isOwnedBy(asker) ? asker : {};
    return runs.run({ lock: this, owner, outer: runs.get() }, async () => {
      const hold = await held(this, 'RLock.run', options);
      try {
        return await fn();
      } finally {
        hold[Symbol.dispose]();
      }
    });
  }

  /**
   * Makes an abandoned lock usable again; nobody holds it then. Call it after you have checked or repaired the data that the lock guards.
   *
   * @throws InvalidStateError (HEDDLE_INVALID_STATE) when it is not abandoned
   * @example
   * ```ts
   * import { isHeddleError } from '@heddle/futures';
   * import { RLock } from '@heddle/sync';
   *
   * export async function take(lock: RLock, repair: () => void): Promise<void> {
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
    if (!this.#monitor.reset()) throw new InvalidStateError('RLock.reset: it is not abandoned; who owns it has to release it');
    this.#owner = undefined;
  }

  /** @internal */
  [inspectKey](): string {
    return shown('RLock', { locked: this.locked(), waiting: this.#monitor.countWaiters() });
  }

  #asker(): object {
    for (let run = runs.get(); run !== undefined; run = run.outer) if (run.lock === this) return run.owner;
    return currentTask() ?? thisThread;
  }

  #isOwnedBy(asker: object): boolean {
    const { words, me } = this.#monitor;
    return this.#owner === asker && holderOf(words) === me;
  }

  #takeFor(asker: object): Takeable {
    this.#asking = asker;
    return this.#takeable;
  }

  readonly #takeable: Takeable = {
    now: (monitor) => this.#takeAgain(monitor) || this.#isFirst(tryHold(monitor.words, monitor.me)),
    orMark: (monitor) => this.#takeAgain(monitor) || this.#isFirst(holdOrMark(monitor.words, monitor.me)),
  };

  /** Adds a level if the asker owns the lock. No mutex is needed: no other thread changes the level of a lock that this one holds. */
  #takeAgain({ words }: Monitor): boolean {
    if (!this.#isOwnedBy(this.#asking)) return false;
    Atomics.store(words, level, Atomics.load(words, level) + 1);
    return true;
  }

  #isFirst(isHeld: boolean): boolean {
    if (isHeld) {
      Atomics.store(this.#monitor.words, level, 1);
      this.#owner = this.#asking;
    }
    return isHeld;
  }

  #letGo(): Before {
    const monitor = this.#monitor;
    const before = { owner: this.#owner ?? thisThread, level: Atomics.load(monitor.words, level) };
    this.#owner = undefined;
    passOn(monitor);
    return before;
  }

  #restore(before: Before): void {
    this.#owner = before.owner;
    Atomics.store(this.#monitor.words, level, before.level); // No mutex is needed: see `#takeAgain`.
  }
}
