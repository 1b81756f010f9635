import { ownWords, type Words } from './core/layout.js';
import type { Kind, Monitor } from './core/monitor.js';
import { inspectKey, shown } from './core/show.js';
import { takeAwaiting, takeBlocking, type Takeable } from './core/take.js';
import { createMonitor, decodeKey, encodeKey, memoryOf, moduleKey, objectOn, type Destination } from './core/travel.js';
import type { WaitLimits } from './wait-limits.js';

const line = 0;
const flag = ownWords;

function isUp({ words }: Monitor): boolean {
  return Atomics.load(words, flag) === 1;
}

const raised: Takeable = { now: isUp, orMark: isUp };
const kind: Kind = { name: 'Event', lines: 1, takeBack: () => undefined };

/**
 * A flag that callers can wait for: `threading.Event` and `asyncio.Event` in one. A caller that waits when it is set goes on, even if the
 * event is cleared right after.
 *
 * Pass it to a task as an argument, or let the task capture it: the task's thread then has the same event.
 *
 * @example
 * ```ts
 * import { Event } from '@heddle/sync';
 *
 * const ready = new Event();
 *
 * export async function serve(start: () => Promise<void>): Promise<void> {
 *   await start();
 *   ready.set();
 * }
 *
 * export const isReady = (): Promise<boolean> => ready.wait({ timeoutMs: 1000 });
 * ```
 */
export class Event {
  readonly #monitor: Monitor = createMonitor(kind);

  /** @internal */
  static readonly [moduleKey]: string = import.meta.url;

  /** @internal */
  static [encodeKey](event: Event, destination: Destination): Words {
    return memoryOf(event.#monitor, event, destination);
  }

  /** @internal */
  static [decodeKey](words: Words): Event {
    return objectOn(words, () => new Event());
  }

  /**
   * Tells whether the event is set at this moment.
   *
   * @example
   * ```ts
   * import { Event } from '@heddle/sync';
   *
   * const ready = new Event();
   * ready.set();
   * console.log(ready.isSet()); // true
   * ```
   */
  isSet(): boolean {
    return isUp(this.#monitor);
  }

  /**
   * Sets the event: all waiters go on, and `wait` returns at once until the event is cleared.
   *
   * @throws AbandonedLockError (HEDDLE_ABANDONED_LOCK) when a thread died amid an operation on it
   * @example
   * ```ts
   * import { Event } from '@heddle/sync';
   *
   * const ready = new Event();
   * ready.set(); // every waiter goes on
   * await ready.wait();
   * ```
   */
  set(): void {
    this.#monitor.enter();
    this.#monitor.beginChange();
    Atomics.store(this.#monitor.words, flag, 1);
    this.#monitor.grantAll(line);
    this.#monitor.leave();
  }

  /**
   * Clears the event: later calls of `wait` wait for the next `set`.
   *
   * @throws as `set`
   * @example
   * ```ts
   * import { Event } from '@heddle/sync';
   *
   * const ready = new Event();
   * ready.set();
   * ready.clear();
   * console.log(ready.isSet()); // false
   * ```
   */
  clear(): void {
    this.#monitor.enter();
    Atomics.store(this.#monitor.words, flag, 0);
    this.#monitor.leave();
  }

  /**
   * Waits until the event is set. The event loop goes on meanwhile.
   *
   * @returns true; false when `timeoutMs` was over first
   * @throws (as a rejection) AbortError (HEDDLE_ABORTED); TypeError, RangeError for bad options; as `set`
   * @example
   * ```ts
   * import { Event } from '@heddle/sync';
   *
   * const ready = new Event();
   * setTimeout(() => { ready.set(); }, 10);
   * console.log(await ready.wait({ timeoutMs: 1000 })); // true
   * ```
   */
  wait(options?: WaitLimits): Promise<boolean> {
    return takeAwaiting(this.#monitor, raised, line, 'Event.wait', options);
  }

  /**
   * Waits until the event is set, and blocks the whole thread until then. Only for threads that may block.
   *
   * @param timeoutMs - milliseconds to wait; no limit by default
   * @returns true; false when `timeoutMs` was over first
   * @throws InvalidStateError (HEDDLE_INVALID_STATE) when the thread may not block, or would block for ever; TypeError, RangeError for a
   *   bad `timeoutMs`; as `set`
   * @example
   * ```ts
   * import { Event } from '@heddle/sync';
   *
   * const ready = new Event();
   * console.log(ready.waitSync(10)); // false: nobody sets it
   * ```
   */
  waitSync(timeoutMs?: number): boolean {
    return takeBlocking(this.#monitor, raised, line, 'Event.waitSync', timeoutMs);
  }

  /** @internal */
  [inspectKey](): string {
    return shown('Event', { set: this.isSet(), waiting: this.#monitor.countWaiters() });
  }
}
