import { checkOptions, ofType, show } from '@heddle/futures/authors';
import { SerializationError, ShutdownError, TimeoutError, isHeddleError } from '@heddle/futures/errors';
import { awaitTurn } from '../core/await-turn.js';
import { blockForTurn } from '../core/block-for-turn.js';
import { checkBlocking } from '../core/check-blocking.js';
import { inspectKey, shown } from '../core/show.js';
import { takeAwaiting, takeBlocking, type Takeable } from '../core/take.js';
import { memoryOf, memoryName, type Destination } from '../core/travel.js';
import { Waiter, type Ending } from '../core/waiter.js';
import { checkLimits, checkTimeout, type WaitLimits } from '../wait-limits.js';
import { decodeItem, encodeItem, loadItem, postNumber, type Item, type Post } from './item.js';
import type { Order } from './order.js';
import { Posts } from './posts.js';
import { QueueMemory, getters, joiners, putters, type Entry, type QueueWords, type Taken } from './queue-memory.js';

/** Options of `shutdown`. */
export interface QueueShutdownOptions {
  /** True drops the items in the queue, as if they had been gotten and finished. @defaultValue false */
  immediate?: boolean;
}

const shutdownChecks = { immediate: ofType('boolean') };

/** The ingredients of a queue: the numbers of a new one, or the data of a shared one that another thread sent. */
export interface QueueMakings {
  readonly name: string;
  readonly order: Order;
  /** The limit of items; 0: no limit. */
  readonly most: number;
  readonly priorityOf?: ((item: never) => unknown) | undefined;
  readonly arrived?: QueueData | undefined;
}

/** A queue as it travels. */
export interface QueueData extends QueueWords {
  readonly posts: readonly (readonly [number, Post])[];
  readonly priorityOf: ((item: never) => unknown) | undefined;
}

/** @returns the data that another thread needs of a queue. @throws SerializationError when it would leave the process */
export let share: (queue: SharedQueue<never>, object: object, destination: Destination) => QueueData;

/**
 * The common part of all queues.
 *
 * @example
 * ```ts
 * import { LifoQueue, Queue, type SharedQueue } from '@heddle/sync';
 *
 * const queues: SharedQueue<string>[] = [new Queue(), new LifoQueue()];
 * for (const queue of queues) await queue.put('an item');
 * ```
 */
export class SharedQueue<T> {
  readonly #name: string;
  readonly #priorityOf: ((item: never) => unknown) | undefined;
  readonly #memory: QueueMemory;
  readonly #posts: Posts;

  static {
    share = (queue, object, destination) => {
      const words = memoryOf(queue.#memory.monitor, object, destination);
      queue.#posts.open(memoryName(words));
      return { words, arena: queue.#memory.arena.memory, posts: queue.#posts.pending, priorityOf: queue.#priorityOf };
    };
  }

  /** @internal */
  constructor({ name, arrived, priorityOf, ...numbers }: QueueMakings) {
    this.#name = name;
    this.#priorityOf = arrived?.priorityOf ?? priorityOf;
    const posts = new Posts(arrived?.posts);
    this.#posts = posts;
    this.#memory = new QueueMemory(name, arrived ?? numbers, () => {
      posts.serve();
    });
    if (arrived !== undefined) posts.open(memoryName(arrived.words));
  }

  /** The most items that the queue holds; `Infinity` when it has no limit. */
  get maxSize(): number {
    return this.#memory.maxSize;
  }

  /**
   * Returns the number of items in the queue at this moment.
   *
   * @example
   * ```ts
   * import { Queue } from '@heddle/sync';
   *
   * const queue = new Queue<number>({ maxSize: 2 });
   * await queue.put(1);
   * console.log(queue.qsize()); // 1
   * ```
   */
  qsize(): number {
    return this.#memory.size;
  }

  /**
   * Tells whether the queue is empty at this moment.
   *
   * @example
   * ```ts
   * import { Queue } from '@heddle/sync';
   *
   * const queue = new Queue<number>({ maxSize: 2 });
   * console.log(queue.empty()); // true
   * ```
   */
  empty(): boolean {
    return this.#memory.size === 0;
  }

  /**
   * Tells whether the queue holds `maxSize` items at this moment.
   *
   * @example
   * ```ts
   * import { Queue } from '@heddle/sync';
   *
   * const queue = new Queue<number>({ maxSize: 2 });
   * await queue.put(1);
   * await queue.put(2);
   * console.log(queue.full()); // true
   * ```
   */
  full(): boolean {
    return this.#memory.size >= this.#memory.maxSize;
  }

  /**
   * Puts an item in, as soon as there is room and all earlier callers have put theirs. The event loop goes on meanwhile.
   *
   * @throws (as a rejection) TimeoutError (HEDDLE_TIMEOUT; `queue.Full` in Python) when `timeoutMs` was over first; ShutdownError
   *   (HEDDLE_SHUTDOWN); AbortError (HEDDLE_ABORTED); SerializationError (HEDDLE_SERIALIZATION) when the item can't travel; QueueFullError
   *   (HEDDLE_QUEUE_FULL) when all items together take more than 1 GiB; AbandonedLockError (HEDDLE_ABANDONED_LOCK) when a thread died amid
   *   an operation on the queue; TypeError, RangeError for bad options
   * @example
   * ```ts
   * import { Queue } from '@heddle/sync';
   *
   * const queue = new Queue<number>({ maxSize: 2 });
   * await queue.put(1); // waits while the queue is full
   * await queue.put(2, { timeoutMs: 100 });
   * ```
   */
  async put(item: T, options?: WaitLimits): Promise<void> {
    const method = `${this.#name}.put`;
    const stop = checkLimits(method, options);
    const entry = this.#entry(item);
    try {
      const waiter = this.#memory.push(entry, () => (options?.timeoutMs === 0 ? undefined : this.#memory.monitor.enqueue(putters)));
      if (waiter === true) return;
      this.#check(waiter && (await awaitTurn(this.#memory.monitor, waiter, options?.timeoutMs, stop)), method, options?.timeoutMs);
      this.#memory.pushWithRight(entry);
    } catch (error) {
      this.#drop([entry.item]);
      throw error;
    }
  }

  /**
   * Puts an item in, and blocks the whole thread until there is room. Only for threads that may block.
   *
   * @param timeoutMs - milliseconds to wait; no limit by default
   * @throws as `put`; InvalidStateError (HEDDLE_INVALID_STATE) when the thread may not block, or would block for ever
   * @example
   * ```ts
   * import { Queue } from '@heddle/sync';
   *
   * const queue = new Queue<number>({ maxSize: 2 });
   * queue.putSync(1, 100);
   * ```
   */
  putSync(item: T, timeoutMs?: number): void {
    const method = `${this.#name}.putSync`;
    checkTimeout(method, timeoutMs);
    const entry = this.#entry(item);
    try {
      if (this.#memory.push(entry, nobodyWaits) === true) return;
      if (timeoutMs !== 0) this.#memory.watch(putters);
      const waiter = this.#memory.push(entry, () => this.#enqueueBlocking(putters, method, timeoutMs));
      if (waiter === true) return;
      this.#check(waiter && blockForTurn(this.#memory.monitor, waiter, method, timeoutMs), method, timeoutMs);
      this.#memory.pushWithRight(entry);
    } catch (error) {
      this.#drop([entry.item]);
      throw error;
    }
  }

  /**
   * Puts an item in if there is room, and never waits.
   *
   * @returns true when there was room; Python's `put_nowait` raises `Full` otherwise.
   * @throws as `put`
   * @example
   * ```ts
   * import { Queue } from '@heddle/sync';
   *
   * const queue = new Queue<number>({ maxSize: 2 });
   * console.log(queue.tryPut(1)); // true; false when the queue is full
   * ```
   */
  tryPut(item: T): boolean {
    const entry = this.#entry(item);
    let isIn = false;
    try {
      isIn = this.#memory.push(entry, nobodyWaits) === true;
      // A caller that only tries finds out about dead threads here too.
      if (!isIn && this.#memory.monitor.patrolIfDue()) isIn = this.#memory.push(entry, nobodyWaits) === true;
    } finally {
      if (!isIn) this.#drop([entry.item]);
    }
    return isIn;
  }

  /**
   * Takes the next item out, as soon as there is one and all earlier callers have theirs. The event loop goes on meanwhile.
   *
   * @throws (as a rejection) TimeoutError (HEDDLE_TIMEOUT; `queue.Empty` in Python) when `timeoutMs` was over first; ShutdownError
   *   (HEDDLE_SHUTDOWN) when the queue is empty and was shut down; AbortError (HEDDLE_ABORTED); SerializationError (HEDDLE_SERIALIZATION)
   *   when a module that the item needs can't be loaded here: the item is lost then; AbandonedLockError (HEDDLE_ABANDONED_LOCK); TypeError,
   *   RangeError for bad options
   * @example
   * ```ts
   * import { Queue } from '@heddle/sync';
   *
   * const queue = new Queue<number>({ maxSize: 2 });
   * await queue.put(1);
   * console.log(await queue.get({ timeoutMs: 100 })); // 1
   * ```
   */
  async get(options?: WaitLimits): Promise<T> {
    const method = `${this.#name}.get`;
    const stop = checkLimits(method, options);
    const memory = this.#memory;
    let taken = memory.shift(() => (options?.timeoutMs === 0 ? undefined : memory.monitor.enqueue(getters)));
    if (taken === undefined || taken instanceof Waiter) {
      this.#check(taken && (await awaitTurn(memory.monitor, taken, options?.timeoutMs, stop)), method, options?.timeoutMs);
      taken = memory.shiftWithRight();
    }
    const { item } = taken;
    const number = postNumber(item);
    return (await loadItem(decodeItem(item, number === undefined ? undefined : await this.#posts.take(number)))) as T;
  }

  /**
   * Takes the next item out, and blocks the whole thread until there is one. Only for threads that may block.
   *
   * @param timeoutMs - milliseconds to wait; no limit by default
   * @throws as `get`; InvalidStateError (HEDDLE_INVALID_STATE) when the thread may not block, or would block for ever; SerializationError
   *   when the item needs a module that is not loaded yet: the item stays in the queue
   * @example
   * ```ts
   * import { Queue } from '@heddle/sync';
   *
   * const queue = new Queue<number>({ maxSize: 2 });
   * queue.putSync(1);
   * console.log(queue.getSync(100)); // 1
   * ```
   */
  getSync(timeoutMs?: number): T {
    const method = `${this.#name}.getSync`;
    checkTimeout(method, timeoutMs);
    const memory = this.#memory;
    let taken = memory.shift(nobodyWaits);
    if (taken === undefined) {
      if (timeoutMs !== 0) memory.watch(getters);
      taken = memory.shift(() => this.#enqueueBlocking(getters, method, timeoutMs));
    }
    if (taken === undefined || taken instanceof Waiter) {
      this.#check(taken && blockForTurn(memory.monitor, taken, method, timeoutMs), method, timeoutMs);
      taken = memory.shiftWithRight();
    }
    return this.#decodeNow(taken, method);
  }

  /**
   * Takes the next item out if there is one, and never waits.
   *
   * @returns the item in a box, since it may be `undefined` itself; `undefined` when there is none, where Python's `get_nowait` raises
   *   `Empty`
   * @throws ShutdownError (HEDDLE_SHUTDOWN) when the queue is empty and was shut down; as `getSync`
   * @example
   * ```ts
   * import { Queue } from '@heddle/sync';
   *
   * const queue = new Queue<number>({ maxSize: 2 });
   * console.log(queue.tryGet()); // undefined
   * await queue.put(1);
   * console.log(queue.tryGet()); // { item: 1 }
   * ```
   */
  tryGet(): { readonly item: T } | undefined {
    let taken = this.#memory.shift(nobodyWaits);
    if (taken === undefined && this.#memory.monitor.patrolIfDue()) taken = this.#memory.shift(nobodyWaits);
    return taken === undefined ? undefined : { item: this.#decodeNow(taken as Taken, `${this.#name}.tryGet`) };
  }

  /**
   * Reports that an item that was gotten is finished, for the callers of `join`. Call it once for each item.
   *
   * @throws RangeError when it is called more often than items were put in
   * @example
   * ```ts
   * import { Queue } from '@heddle/sync';
   *
   * const queue = new Queue<number>({ maxSize: 2 });
   * await queue.put(1);
   * await queue.get();
   * queue.taskDone(); // join() of others may end now
   * ```
   */
  taskDone(): void {
    if (!this.#memory.finish())
      throw new RangeError(
        `${this.#name}.taskDone was called more often than there were items; call it once for each item that was gotten`,
      );
  }

  /**
   * Waits until every item that was put in was gotten and reported as finished. The event loop goes on meanwhile.
   *
   * @throws (as a rejection) TimeoutError (HEDDLE_TIMEOUT), AbortError (HEDDLE_ABORTED), AbandonedLockError (HEDDLE_ABANDONED_LOCK);
   *   TypeError, RangeError for bad options
   * @example
   * ```ts
   * import { Queue } from '@heddle/sync';
   *
   * const queue = new Queue<number>({ maxSize: 2 });
   * await queue.put(1);
   * void queue.get().then(() => { queue.taskDone(); });
   * await queue.join(); // every item was taken, and is done
   * ```
   */
  async join(options?: WaitLimits): Promise<void> {
    const method = `${this.#name}.join`;
    if (!(await takeAwaiting(this.#memory.monitor, this.#isDone, joiners, method, options))) throw tooLong(method, options?.timeoutMs);
  }

  /**
   * Waits as `join` does, and blocks the whole thread. Only for threads that may block.
   *
   * @throws as `join`; InvalidStateError (HEDDLE_INVALID_STATE)
   * @example
   * ```ts
   * import { Queue } from '@heddle/sync';
   *
   * const queue = new Queue<number>({ maxSize: 2 });
   * queue.joinSync(100); // nothing was put: ends at once
   * ```
   */
  joinSync(timeoutMs?: number): void {
    const method = `${this.#name}.joinSync`;
    if (!takeBlocking(this.#memory.monitor, this.#isDone, joiners, method, timeoutMs)) throw tooLong(method, timeoutMs);
  }

  /**
   * Closes the queue: `put` fails with ShutdownError from now on, also for callers that wait for room. Items in the queue can still be
   * gotten. Once it is empty, `get` fails with ShutdownError too, also for callers that wait for an item. Later calls do nothing, except
   * that one with `immediate` still drops the items.
   *
   * @throws AbandonedLockError (HEDDLE_ABANDONED_LOCK); TypeError for bad options
   * @example
   * ```ts
   * import { Queue } from '@heddle/sync';
   *
   * const queue = new Queue<number>({ maxSize: 2 });
   * await queue.put(1);
   * queue.shutdown(); // put() throws from now on; get() gives what is left
   * for await (const item of queue) console.log(item); // 1
   * ```
   */
  shutdown(options?: QueueShutdownOptions): void {
    checkOptions(`${this.#name}.shutdown`, options, shutdownChecks);
    this.#drop(this.#memory.shut(options?.immediate ?? false));
  }

  /** Yields the items as they come, until the queue is shut down and empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      let item: T;
      try {
        item = await this.get();
      } catch (error) {
        if (isHeddleError(error, 'HEDDLE_SHUTDOWN')) return;
        throw error;
      }
      yield item;
    }
  }

  /** The number of all waiters. @internal */
  get waiting(): number {
    return this.#memory.monitor.countWaiters();
  }

  /** @internal */
  [inspectKey](): string {
    const { size, unfinished, isShut } = this.#memory;
    return shown(this.#name, { size, unfinished, shutDown: isShut, waiting: this.waiting });
  }

  readonly #isDone: Takeable = { now: () => this.#memory.unfinished === 0, orMark: () => this.#memory.unfinished === 0 };

  #entry(value: T): Entry {
    const priority = this.#memory.order === 'priority' ? checkedPriority(this.#name, (this.#priorityOf ?? priorityOf)(value as never)) : 0;
    const item = encodeItem(value, (post) => {
      const number = this.#memory.nextPost();
      this.#posts.put(number, post);
      return number;
    });
    return { item, priority };
  }

  #enqueueBlocking(line: number, method: string, timeoutMs: number | undefined): Waiter | undefined {
    if (timeoutMs === 0) return undefined;
    checkBlocking(this.#memory.monitor, method, line, timeoutMs);
    return this.#memory.monitor.enqueue(line);
  }

  /** @param ending - undefined when the caller gave no time to wait */
  #check(ending: Ending | false | undefined, method: string, timeoutMs: number | undefined): void {
    if (ending === 'granted') return;
    if (ending !== 'flushed') this.#memory.monitor.patrolIfDue();
    if (ending !== 'flushed') throw tooLong(method, timeoutMs);
    throw this.#memory.monitor.isBroken
      ? this.#memory.monitor.abandoned()
      : new ShutdownError(`this ${this.#name} was shut down while ${method} waited`);
  }

  #decodeNow(taken: Taken, method: string): T {
    const number = postNumber(taken.item);
    const post = number === undefined ? undefined : this.#posts.takeSync(number);
    const decoded = decodeItem(taken.item, post);
    if ('value' in decoded) return decoded.value as T;
    if (number !== undefined && post !== undefined) this.#posts.put(number, post);
    this.#memory.putBack(taken);
    throw new SerializationError(
      `${method}: the item holds an instance of a class whose module isn't loaded here yet; await get(), or import the module before`,
    );
  }

  /** Drops the posts of items that nobody will get. */
  #drop(items: readonly Item[]): void {
    for (const item of items) {
      const number = postNumber(item);
      if (number !== undefined) this.#posts.drop(number);
    }
  }
}

const nobodyWaits = (): undefined => undefined;

function tooLong(method: string, timeoutMs: number | undefined): TimeoutError {
  return new TimeoutError(`${method} waited for longer than ${String(timeoutMs)} ms`);
}

/** The priority of a number is the number itself, that of an array its first item. */
function priorityOf(item: unknown): unknown {
  return Array.isArray(item) ? item[0] : item;
}

function checkedPriority(name: string, priority: unknown): number {
  if (typeof priority === 'number' && !Number.isNaN(priority)) return priority;
  throw new TypeError(
    `${name}: an item's priority must be a number, got ${show(priority)}; put numbers, or [number, value], or tell: new ${name}({ priority: (item) => ... })`,
  );
}
