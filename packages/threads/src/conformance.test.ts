/** @workers */
import { afterAll, describe, test } from '@jest/globals';
import { describeExecutor } from '@heddle/testkit';
// By name: workers start from built files.
import { ThreadPoolExecutor } from '@heddle/threads';

describeExecutor(
  'ThreadPoolExecutor',
  (options) => new ThreadPoolExecutor(options),
  {
    parallel: true,
    isolated: true,
    sharedMemory: true,
    abortsBlocked: true,
    crashes: true,
    priorities: true,
    nested: true,
    callerObjects: true,
    progress: true,
    blocking: true,
    workerIdentity: true,
    checksOptions: true,
    initializer: true,
    finalizer: true,
    perWorker: true,
    broadcast: true,
    startTimeout: true,
    queueLimit: true,
    maxTasksPerWorker: true,
    brokenCode: 'HEDDLE_BROKEN_THREAD_POOL',
  },
  { describe, test, afterAll },
);
