import { checkOptions, integerFrom } from '@heddle/futures/authors';
import { PortHandle, type WaitLimits } from './port-handle.js';
import { createQueuePort, type Port } from './port.js';

/** Options of {@link ProcessQueue}. */
export interface ProcessQueueOptions {
  /** The most items that the queue holds; `put` waits when it is full. @defaultValue no limit */
  maxSize?: number;
}

const checks = { maxSize: integerFrom(1) };

/** Creates the queue on a port. */
export let openQueue: (port: Port, maxSize: number) => ProcessQueue<unknown>;

/**
 * A first-in, first-out queue that processes share, as `multiprocessing.Queue`. Any number of processes put and get. The items are in the
 * process that created the queue; other processes receive the queue as an argument. Each item reaches exactly one getter.
 *
 * When a process is killed, at most the item that it was just getting is lost.
 *
 * @throws TypeError, RangeError for a bad option
 * @example
 * ```ts
 * import { Process, ProcessQueue } from '@heddle/processes';
 *
 * const squares = new ProcessQueue<number>({ maxSize: 10 });
 * const worker = new Process({
 *   target: async (queue: ProcessQueue<number>) => {
 *     for (let n = 0; n < 100; n++) await queue.put(n ** 2); // waits while ten are there
 *   },
 *   args: [squares],
 * });
 * worker.start();
 * for (let n = 0; n < 100; n++) console.log(await squares.get());
 * ```
 */
export class ProcessQueue<T> {
  #handle: PortHandle;

  static {
    openQueue = (port, maxSize) => {
      const queue = new ProcessQueue<unknown>();
      queue.#handle = new PortHandle(queue, 'queue', port, maxSize);
      return queue;
    };
  }

  constructor(options?: ProcessQueueOptions) {
    checkOptions('ProcessQueue', options, checks);
    const { maxSize = Infinity } = options ?? {};
    this.#handle = new PortHandle(this, 'queue', createQueuePort(maxSize), maxSize);
  }

  /** The most items that the queue holds. */
  get maxSize(): number {
    return this.#handle.maxSize;
  }

  /**
   * Puts an item in, as soon as there is room.
   *
   * @throws (as a rejection) SerializationError when the item can't travel; TimeoutError (CPython's Full), AbortError, and the item is not
   *   in the queue then; InvalidStateError when the queue was closed here. TypeError, RangeError for a bad option
   * @example
   * ```ts
   * import { ProcessQueue } from '@heddle/processes';
   *
   * const queue = new ProcessQueue<string>({ maxSize: 2 });
   * await queue.put('warp', { timeoutMs: 100 });
   * ```
   */
  async put(item: T, options?: WaitLimits): Promise<void> {
    await this.#handle.put('ProcessQueue.put', item, 'put', options);
  }

  /**
   * Puts an item in if there is room, as `put_nowait`.
   *
   * @returns false when the queue is full.
   * @throws as `put`
   * @example
   * ```ts
   * import { ProcessQueue } from '@heddle/processes';
   *
   * const queue = new ProcessQueue<string>({ maxSize: 2 });
   * console.log(await queue.tryPut('warp')); // true; false when it is full
   * ```
   */
  async tryPut(item: T): Promise<boolean> {
    return this.#handle.put('ProcessQueue.tryPut', item, 'tryPut');
  }

  /**
   * Takes the oldest item out, as soon as there is one.
   *
   * @throws (as a rejection) TimeoutError (CPython's Empty), AbortError; InvalidStateError when the queue was closed here. TypeError,
   *   RangeError for a bad option
   * @example
   * ```ts
   * import { ProcessQueue } from '@heddle/processes';
   *
   * const queue = new ProcessQueue<string>({ maxSize: 2 });
   * await queue.put('warp');
   * console.log(await queue.get({ timeoutMs: 100 })); // warp
   * ```
   */
  async get(options?: WaitLimits): Promise<T> {
    return (await this.#handle.take('ProcessQueue.get', 'take', options))?.value as T;
  }

  /**
   * Takes the oldest item out if there is one, as `get_nowait`.
   *
   * @returns the item in a box, since it may be `undefined` itself; `undefined` when the queue is empty
   * @example
   * ```ts
   * import { ProcessQueue } from '@heddle/processes';
   *
   * const queue = new ProcessQueue<string>({ maxSize: 2 });
   * console.log(await queue.tryGet()); // undefined: it is empty
   * ```
   */
  async tryGet(): Promise<{ readonly item: T } | undefined> {
    const taken = await this.#handle.take('ProcessQueue.tryGet', 'tryTake');
    return taken === undefined ? undefined : { item: taken.value as T };
  }

  /**
   * Returns the number of items in the queue, at the moment of the answer.
   *
   * @example
   * ```ts
   * import { ProcessQueue } from '@heddle/processes';
   *
   * const queue = new ProcessQueue<string>({ maxSize: 2 });
   * await queue.put('warp');
   * console.log(await queue.qsize()); // 1
   * ```
   */
  async qsize(): Promise<number> {
    return (await this.#handle.call('ProcessQueue.qsize', 'size')) as number;
  }

  /**
   * Tells whether the queue is empty, at the moment of the answer.
   *
   * @example
   * ```ts
   * import { ProcessQueue } from '@heddle/processes';
   *
   * const queue = new ProcessQueue<string>({ maxSize: 2 });
   * console.log(await queue.empty()); // true
   * ```
   */
  async empty(): Promise<boolean> {
    return (await this.#handle.call('ProcessQueue.empty', 'size')) === 0;
  }

  /**
   * Tells whether the queue holds `maxSize` items, at the moment of the answer.
   *
   * @example
   * ```ts
   * import { ProcessQueue } from '@heddle/processes';
   *
   * const queue = new ProcessQueue<string>({ maxSize: 2 });
   * console.log(await queue.full()); // false
   * ```
   */
  async full(): Promise<boolean> {
    return ((await this.#handle.call('ProcessQueue.full', 'size')) as number) >= this.maxSize;
  }

  /**
   * Ends the use of the queue in this process, as in CPython: waiting calls here fail with InvalidStateError. Other processes go on.
   *
   * @example
   * ```ts
   * import { ProcessQueue } from '@heddle/processes';
   *
   * const queue = new ProcessQueue<string>({ maxSize: 2 });
   * queue.close(); // this process uses it no more
   * ```
   */
  close(): void {
    this.#handle.close();
  }
}
