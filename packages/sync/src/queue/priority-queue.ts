import { decodeKey, encodeKey, moduleKey, objectOn, type Destination } from '../core/travel.js';
import { wholePackage } from '../whole-package.js';
import { Arrived, makingsOf } from './makings.js';
import type { QueueOptions } from './queue.js';
import { SharedQueue, share, type QueueData } from './shared-queue.js';

/** Options of {@link PriorityQueue}. */
export interface PriorityQueueOptions<T> extends QueueOptions {
  /**
   * Returns an item's priority; the smallest comes first. Called once for each item, when it is put in. It travels with the queue: each
   * thread has a copy of it, with its captures.
   * @defaultValue the item itself, when it is a number; the first item of an array
   */
  priority?: (item: T) => number;
}

/**
 * A `Queue` that gives the item with the smallest priority first, as `queue.PriorityQueue`; among equals the one that was put in first.
 * Priorities are numbers, since JavaScript has no order among other values.
 *
 * @throws TypeError, RangeError for bad options
 * @example
 * ```ts
 * import { PriorityQueue } from '@heddle/sync';
 *
 * const jobs = new PriorityQueue<{ name: string; rank: number }>({ priority: (job) => job.rank });
 * jobs.tryPut({ name: 'tidy up', rank: 9 });
 * jobs.tryPut({ name: 'put out the fire', rank: 1 });
 * console.log(jobs.tryGet()?.item.name); // put out the fire
 * ```
 */
export class PriorityQueue<T> extends SharedQueue<T> {
  /** @internal */
  static readonly [moduleKey]: string | undefined = wholePackage;

  /** @internal */
  static [encodeKey](queue: PriorityQueue<never>, destination: Destination): QueueData {
    return share(queue, queue, destination);
  }

  /** @internal */
  static [decodeKey](data: QueueData): PriorityQueue<unknown> {
    return objectOn(data.words, () => new PriorityQueue(new Arrived(data) as PriorityQueueOptions<unknown>));
  }

  constructor(options?: PriorityQueueOptions<T>) {
    super(makingsOf('PriorityQueue', 'priority', options));
  }
}
