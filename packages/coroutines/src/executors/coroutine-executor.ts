import { Executor } from '@heddle/futures';
import { checkOptions, countOrInfinity, integerFrom, internalFrames } from '@heddle/futures/authors';
import { clockCheck } from '../clock-check.js';
import { CoroutineBackend } from './coroutine-backend.js';
import type { CoroutineExecutorOptions } from './coroutine-options.js';
import { rateCheck } from './rate-limit.js';

internalFrames.add(import.meta.url, 'coroutines/dist/bundle/');

const optionChecks = {
  maxConcurrency: integerFrom(1),
  perSecond: rateCheck,
  maxQueueSize: countOrInfinity,
  maxSuspendedTasks: countOrInfinity,
  clock: clockCheck,
};

/**
 * Runs async functions on this event loop, so many at a time: an Executor like any other, with the same futures, priorities,
 * `map`, timeouts and statistics. Arguments are not copied, nothing runs in parallel: it bounds what waits (requests, queries,
 * files). asyncio has no such thing; its users put a Semaphore around each call.
 *
 * A task begins in a microtask after `submit`, in the async context of its submitter, and a long row of short tasks lets the event
 * loop have its turn every few milliseconds. A task that awaits tasks it submitted to the same executor gives its slot up
 * meanwhile, so a recursion deeper than `maxConcurrency` goes on; these go before the others of their priority, the last first: a
 * tree is gone through in depth, and few of its nodes wait at a time.
 *
 * A coroutine can't be killed. After `abort()`, or when its `timeoutMs` is over, its signal aborts; one that is still there
 * after the grace is let be: its future fails, its slot is free, and it is reported (`HEDDLE_CANCELLATION_IGNORED`).
 *
 * @example
 * ```ts
 * import { CoroutineExecutor } from '@heddle/coroutines';
 *
 * await using executor = new CoroutineExecutor({ maxConcurrency: 20, perSecond: 100 });
 * const load = async (id: number): Promise<string> => await Promise.resolve(`item ${String(id)}`);
 * for await (const text of executor.map(load, [1, 2, 3])) console.log(text);
 * ```
 */
export class CoroutineExecutor extends Executor {
  /** @throws TypeError, RangeError naming the option */
  constructor(options: CoroutineExecutorOptions = {}) {
    checkOptions('CoroutineExecutor', options, optionChecks);
    super(new CoroutineBackend(options, () => this));
  }
}
