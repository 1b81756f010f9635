import { Executor } from '@heddle/futures';
import { checkOptions, countOrInfinity, integerFrom, internalFrames } from '@heddle/futures/authors';
import { clockCheck } from '../time/clock-check.js';
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
 * Runs async functions on the current event loop and limits how many run at once. It is an Executor like any other, with the same
 * futures, priorities, `map`, timeouts and statistics. Arguments are not copied, and nothing runs in parallel: the executor limits
 * operations that wait (requests, queries, files). asyncio has no such executor; its users put a Semaphore around each call.
 *
 * A task begins in a microtask after `submit`, in the async context of the submit. A long row of short tasks lets the event loop have
 * a turn every few milliseconds. A task that awaits tasks which it submitted to the same executor gives up its slot while it waits,
 * so a recursion deeper than `maxConcurrency` does not block. These nested tasks run before other tasks of their priority, the last one
 * first. A tree of tasks is therefore walked in depth, and few of its nodes wait at the same time.
 *
 * A running async function can't be stopped. After `abort()`, or when its `timeoutMs` has passed, its signal aborts. When it has not
 * ended after the grace period, its future fails, its slot is given to another task, and a warning
 * (`HEDDLE_CANCELLATION_IGNORED`) names it; the function goes on.
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
