import { decodeKey, encodeKey, moduleKey, objectOn, type Destination } from '../core/travel.js';
import { wholePackage } from '../whole-package.js';
import { Arrived, makingsOf } from './makings.js';
import { SharedQueue, share, type QueueData } from './shared-queue.js';

/** Options of {@link Queue} and `LifoQueue`. */
export interface QueueOptions {
  /** How many items it holds at most; then `put` waits. @defaultValue no limit */
  maxSize?: number;
}

/**
 * First in, first out: as `queue.Queue` and `asyncio.Queue` in one. Async functions of one thread and any number of threads put
 * items in and get them, first come, first served; each item reaches one of those who get.
 *
 * Items are copied, and may be whatever a task's arguments may be, except what only moves (`transfer`): plain data, instances of registered
 * classes, functions, shared memory, locks and queues. Numbers, texts and small plain objects are fastest.
 *
 * Give it to a task as an argument, or let the task capture it: threads have the same queue then. A thread that ends takes
 * along the item that it was just getting, and none else.
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
  static readonly [moduleKey]: string = wholePackage;

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
