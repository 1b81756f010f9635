/** @slow */
import { afterAll, describe, test } from '@jest/globals';
import { describeExecutor } from '@heddle/testkit';
import { CoroutineExecutor } from './coroutine-executor.js';

describeExecutor(
  'CoroutineExecutor',
  ({ maxWorkers, ...options } = {}) =>
    new CoroutineExecutor({ ...options, ...(maxWorkers === undefined ? {} : { maxConcurrency: maxWorkers }) }),
  {
    parallel: true,
    cooperative: true,
    sharedMemory: true,
    priorities: true,
    nested: true,
    progress: true,
    queueLimit: true,
    perWorker: true,
    broadcast: true,
  },
  { describe, test, afterAll },
);
