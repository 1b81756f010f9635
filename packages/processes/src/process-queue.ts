import { checkOptions, integerFrom } from '@heddle/futures/authors';
import { PortHandle, type WaitLimits } from './port-handle.js';
import { createQueuePort, type Port } from './port.js';

/** Options of {@link ProcessQueue}. */
export interface ProcessQueueOptions {
  /** Items it holds at most; then `put` waits. @defaultValue no limit */
  maxSize?: number;
}

const checks = { maxSize: integerFrom(1) };

/** Makes a queue on a port. */
export let openQueue: (port: Port, maxSize: number) => ProcessQueue<unknown>;

/**
 * A queue that processes share, as `multiprocessing.Queue`: first in, first out, any number of them put and get. Its items
 * are in the process that made it; the others are given it as an argument. Each item reaches one of those who `get`.
 *
 * A process that is killed takes along the item it was just getting, and none else.
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

  /** Items it holds at most. */
  get maxSize(): number {
    return this.#handle.maxSize;
  }

  /**
   * Puts an item in, as soon as there is room.
   *
   * @throws (as a rejection) SerializationError for what can't travel; TimeoutError (CPython's Full), AbortError, and the
   *   item is not in it then; InvalidStateError when it was closed here. TypeError, RangeError for a bad option
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
   * @returns false when it is full.
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
   * @throws (as a rejection) TimeoutError (CPython's Empty), AbortError; InvalidStateError when it was closed here.
   *   TypeError, RangeError for a bad option
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
   * @returns the item in a box, since it may be anything; `undefined` when it is empty
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
   * How many items are in it, at the moment of the answer.
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
   * Whether there is no item in it, at the moment of the answer.
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
   * Whether `maxSize` items are in it, at the moment of the answer.
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
   * This process uses it no more, as in CPython: what waits here fails with InvalidStateError. Other processes go on.
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
