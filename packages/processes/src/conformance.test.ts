/** @workers */
import { describe, test } from '@jest/globals';
import { ProcessPoolExecutor } from '@heddle/processes';
import { describeExecutor } from '@heddle/testkit';
// By name: workers start from built files.

describeExecutor(
  'ProcessPoolExecutor',
  (options) => new ProcessPoolExecutor(options),
  {
    parallel: true,
    isolated: true,
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
    startTimeout: true,
    queueLimit: true,
    maxTasksPerWorker: true,
    brokenCode: 'HEDDLE_BROKEN_PROCESS_POOL',
  },
  { describe, test },
);
