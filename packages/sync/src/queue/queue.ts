import { decodeKey, encodeKey, moduleKey, objectOn, type Destination } from '../core/travel.js';
import { wholePackage } from '../whole-package.js';
import { Arrived, makingsOf } from './makings.js';
import { SharedQueue, share, type QueueData } from './shared-queue.js';

/** Options of {@link Queue} and `LifoQueue`. */
export interface QueueOptions {
  /** The most items that the queue holds; `put` waits when it is full. @defaultValue no limit */
  maxSize?: number;
}

/**
 * A first-in, first-out queue: `queue.Queue` and `asyncio.Queue` in one. Async functions of one thread and any number of threads put items
 * in and get them, first come, first served. Each item reaches exactly one getter.
 *
 * Items are copied. An item may be anything that a task's argument may be, except a value that only moves (`transfer`): plain data,
 * instances of registered classes, functions, shared memory, locks and queues. Numbers, texts and small plain objects are fastest.
 *
 * Pass it to a task as an argument, or let the task capture it: the task's thread then has the same queue. When a thread ends, at most the
 * item that it was just getting is lost.
 *
 * @throws TypeError, RangeError for bad options
 * @example
 * ```ts
 * import { Queue } from '@heddle/sync';
 *
 * const jobs = new Queue<{ url: string }>({ maxSize: 100 });
 *
 * export async function producer(urls: string[]): Promise<void> {
 *   for (const url of urls) await jobs.put({ url }); // waits while a hundred are there
 *   await jobs.join();
 *   jobs.shutdown();
 * }
 *
 * export async function consumer(handle: (url: string) => Promise<void>): Promise<void> {
 *   for await (const { url } of jobs) {
 *     await handle(url);
 *     jobs.taskDone();
 *   }
 * }
 * ```
 */
export class Queue<T> extends SharedQueue<T> {
  /** @internal */
  static readonly [moduleKey]: string | undefined = wholePackage;

  /** @internal */
  static [encodeKey](queue: Queue<never>, destination: Destination): QueueData {
    return share(queue, queue, destination);
  }

  /** @internal */
  static [decodeKey](data: QueueData): Queue<unknown> {
    return objectOn(data.words, () => new Queue(new Arrived(data) as QueueOptions));
  }

  constructor(options?: QueueOptions) {
    super(makingsOf('Queue', 'fifo', options));
  }
}
