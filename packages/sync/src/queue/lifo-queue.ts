import { decodeKey, encodeKey, moduleKey, objectOn, type Destination } from '../core/travel.js';
import { wholePackage } from '../whole-package.js';
import { Arrived, makingsOf } from './makings.js';
import type { QueueOptions } from './queue.js';
import { SharedQueue, share, type QueueData } from './shared-queue.js';

/**
 * A last-in, first-out queue: a `Queue` that gives the youngest item first, as `queue.LifoQueue`.
 *
 * @throws TypeError, RangeError for bad options
 * @example
 * ```ts
 * import { LifoQueue } from '@heddle/sync';
 *
 * const stack = new LifoQueue<string>();
 * stack.tryPut('first');
 * stack.tryPut('second');
 * console.log(stack.tryGet()?.item); // second
 * ```
 */
export class LifoQueue<T> extends SharedQueue<T> {
  /** @internal */
  static readonly [moduleKey]: string | undefined = wholePackage;

  /** @internal */
  static [encodeKey](queue: LifoQueue<never>, destination: Destination): QueueData {
    return share(queue, queue, destination);
  }

  /** @internal */
  static [decodeKey](data: QueueData): LifoQueue<unknown> {
    return objectOn(data.words, () => new LifoQueue(new Arrived(data) as QueueOptions));
  }

  constructor(options?: QueueOptions) {
    super(makingsOf('LifoQueue', 'lifo', options));
  }
}
