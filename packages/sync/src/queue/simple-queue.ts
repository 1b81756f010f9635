import { inspectKey, shown } from '../core/show.js';
import { decodeKey, encodeKey, moduleKey, objectOn, type Destination } from '../core/travel.js';
import type { WaitLimits } from '../wait-limits.js';
import { wholePackage } from '../whole-package.js';
import { Arrived, makingsOf } from './makings.js';
import { SharedQueue, share, type QueueData } from './shared-queue.js';

/**
 * A first-in, first-out queue without a limit, `join` or `taskDone`, as `queue.SimpleQueue`: putting never waits.
 *
 * It is shared as `Queue` is, and its items may be the same.
 *
 * @example
 * ```ts
 * import { SimpleQueue } from '@heddle/sync';
 *
 * const events = new SimpleQueue<string>();
 * events.put('started');
 * console.log(await events.get()); // started
 * ```
 */
export class SimpleQueue<T> {
  readonly #queue: SharedQueue<T>;

  /** @internal */
  static readonly [moduleKey]: string | undefined = wholePackage;

  /** @internal */
  static [encodeKey](queue: SimpleQueue<never>, destination: Destination): QueueData {
    return share(queue.#queue, queue, destination);
  }

  /** @internal */
  static [decodeKey](data: QueueData): SimpleQueue<unknown> {
    return objectOn(data.words, () => new (SimpleQueue as unknown as new (arrived: Arrived) => SimpleQueue<unknown>)(new Arrived(data)));
  }

  constructor(...given: []) {
    const [arrived] = given as unknown[];
    this.#queue = new SharedQueue(makingsOf('SimpleQueue', 'fifo', arrived instanceof Arrived ? arrived : undefined));
  }

  /**
   * Puts an item in at once.
   *
   * @throws SerializationError (HEDDLE_SERIALIZATION) when the item can't travel; QueueFullError (HEDDLE_QUEUE_FULL) when all items
   *   together take more than 1 GiB; AbandonedLockError (HEDDLE_ABANDONED_LOCK) when a thread died amid an operation on the queue
   * @example
   * ```ts
   * import { SimpleQueue } from '@heddle/sync';
   *
   * const queue = new SimpleQueue<number>();
   * queue.put(1);
   * ```
   */
  put(item: T): void {
    this.#queue.tryPut(item);
  }

  /**
   * Takes the next item out, as soon as there is one and all earlier callers have theirs. The event loop goes on meanwhile.
   *
   * @throws as `Queue.get`
   * @example
   * ```ts
   * import { SimpleQueue } from '@heddle/sync';
   *
   * const queue = new SimpleQueue<number>();
   * queue.put(1);
   * console.log(await queue.get({ timeoutMs: 100 })); // 1
   * ```
   */
  get(options?: WaitLimits): Promise<T> {
    return this.#queue.get(options);
  }

  /**
   * Takes the next item out, and blocks the whole thread until there is one. Only for threads that may block.
   *
   * @throws as `Queue.getSync`
   * @example
   * ```ts
   * import { SimpleQueue } from '@heddle/sync';
   *
   * const queue = new SimpleQueue<number>();
   * queue.put(1);
   * console.log(queue.getSync(100)); // 1
   * ```
   */
  getSync(timeoutMs?: number): T {
    return this.#queue.getSync(timeoutMs);
  }

  /**
   * Takes the next item out if there is one, and never waits.
   *
   * @returns the item in a box; `undefined` when there is none.
   * @throws as `Queue.tryGet`
   * @example
   * ```ts
   * import { SimpleQueue } from '@heddle/sync';
   *
   * const queue = new SimpleQueue<number>();
   * console.log(queue.tryGet()); // undefined
   * queue.put(1);
   * console.log(queue.tryGet()); // { item: 1 }
   * ```
   */
  tryGet(): { readonly item: T } | undefined {
    return this.#queue.tryGet();
  }

  /**
   * Returns the number of items in the queue at this moment.
   *
   * @example
   * ```ts
   * import { SimpleQueue } from '@heddle/sync';
   *
   * const queue = new SimpleQueue<number>();
   * queue.put(1);
   * console.log(queue.qsize()); // 1
   * ```
   */
  qsize(): number {
    return this.#queue.qsize();
  }

  /**
   * Tells whether the queue is empty at this moment.
   *
   * @example
   * ```ts
   * import { SimpleQueue } from '@heddle/sync';
   *
   * const queue = new SimpleQueue<number>();
   * console.log(queue.empty()); // true
   * ```
   */
  empty(): boolean {
    return this.#queue.empty();
  }

  /** @internal */
  [inspectKey](): string {
    return shown('SimpleQueue', { size: this.qsize(), waiting: this.#queue.waiting });
  }
}
