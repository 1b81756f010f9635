import { checkOptions, integerFrom, ofType } from '@heddle/futures/authors';
import type { Order } from './order.js';
import type { QueueData, QueueMakings } from './shared-queue.js';

const checks = { maxSize: integerFrom(1) };
const priorityChecks = { ...checks, priority: ofType('function') };

/** Takes the place of options when a queue is made of the data that another thread sent. */
export class Arrived {
  readonly data: QueueData;

  constructor(data: QueueData) {
    this.data = data;
  }
}

interface AnyQueueOptions {
  readonly maxSize?: number;
  readonly priority?: (item: never) => number;
}

/** @throws TypeError, RangeError for bad options */
export function makingsOf(name: string, order: Order, options: AnyQueueOptions | Arrived | undefined): QueueMakings {
  if (options instanceof Arrived) return { name, order, most: 0, arrived: options.data };
  checkOptions(name, options, order === 'priority' ? priorityChecks : checks);
  return { name, order, most: options?.maxSize ?? 0, priorityOf: options?.priority };
}
