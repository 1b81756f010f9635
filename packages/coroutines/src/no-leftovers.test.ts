/**
 * No verb leaves a timer or a listener, whichever way it ends.
 *
 * @workers
 */
import { getEventListeners } from 'node:events';
import { afterAll, describe, expect, test } from '@jest/globals';
import {
  any,
  asCompleted,
  background,
  createTask,
  currentSignal,
  every,
  gather,
  race,
  retry,
  run,
  runInExecutor,
  shield,
  sleep,
  TaskGroup,
  timeout,
  timeoutAt,
  toThread,
  wait,
  waitFor,
  wrapFuture,
} from '@heddle/coroutines';
import { ThreadPoolExecutor } from '@heddle/threads';
import { timersLeftBy } from './test-support/leftovers.js';

const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
afterAll(() => pool.shutdown());

const long = (): Promise<void> => sleep(60_000);
const fail = async (): Promise<never> => {
  throw new RangeError('failed');
};
const quick = async (): Promise<number> => 1;

/** Each with a signal to listen to, where it takes one. */
const verbs: Record<string, (signal: AbortSignal) => PromiseLike<unknown>> = {
  sleep: (signal) => sleep(1, { signal }),
  TaskGroup: (signal) =>
    TaskGroup.run(
      (group) => {
        group.createTask(long);
        group.createTask(fail);
      },
      { signal },
    ),
  createTask: () => createTask(() => sleep(1)),
  gather: () => gather([long, quick, fail]),
  race: () => race([long, quick]),
  any: () => any([long, fail, quick]),
  wait: (signal) => wait<unknown>([createTask(quick), createTask(long)], { signal, returnWhen: 'FIRST_COMPLETED', timeoutMs: 60_000 }),
  asCompleted: async (signal) => {
    for await (const each of asCompleted<unknown>([createTask(quick), createTask(long)], { signal, timeoutMs: 60_000 }))
      if (each.done()) break;
  },
  timeout: (signal) => timeout(60_000, quick, { signal }),
  'timeout, late': (signal) => timeout(1, long, { signal }),
  timeoutAt: (signal) => timeoutAt(performance.now() + 60_000, quick, { signal }),
  waitFor: (signal) => waitFor(quick, 60_000, { signal }),
  'waitFor, late': (signal) => waitFor(long, 1, { signal }),
  shield: () => shield(quick),
  retry: (signal) => retry(fail, { signal, delayMs: 1 }),
  every: (signal) => every(1, fail, { signal }),
  run: () => run(quick),
  background: async () => {
    background(quick);
    await background.drain({ timeoutMs: 60_000 });
  },
  toThread: () => toThread(() => 1),
  runInExecutor: () => runInExecutor(pool, () => 1),
  wrapFuture: () => wrapFuture(pool.submit(() => 1)),
};

/** Runs it in a scope of its own; what listens to the scope's signal, and to the other one, when it is over. */
async function listeners(verb: (signal: AbortSignal) => PromiseLike<unknown>, cancel: boolean): Promise<number> {
  const { signal } = new AbortController();
  let own: AbortSignal | undefined;
  const task = createTask(async () => {
    own = currentSignal();
    await verb(signal);
  });
  if (cancel) {
    await sleep(0);
    task.cancel();
  }
  await Promise.allSettled([task]);
  return [signal, own].reduce((count, each) => count + getEventListeners(each as EventTarget, 'abort').length, 0);
}

describe.each(Object.entries(verbs))('%s', (_name, verb) => {
  test.each([[false], [true]])('cancelled: %p', async (cancel) => {
    await listeners(verb, false); // executors and the like are there from now on
    const left = { listeners: -1, timers: -1 };
    left.timers = await timersLeftBy(async () => {
      left.listeners = await listeners(verb, cancel);
    });
    expect(left).toEqual({ listeners: 0, timers: 0 });
  });
});
