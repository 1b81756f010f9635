/** @workers */
import { afterAll, describe, test } from '@jest/globals';
import { Pool, spawn } from 'threads';
import { describeExecutor } from '@heddle/testkit';
// By name: the executor and its workers have the same built files.
import { ThreadsJsExecutor } from '@heddle/threadsjs';
import { workerOf } from './test-support/workers.js';

const start = (): Promise<object> => spawn(workerOf('runner'));

describeExecutor(
  'ThreadsJsExecutor over a Pool',
  ({ maxWorkers = 2 } = {}) => new ThreadsJsExecutor(Pool(start, maxWorkers), { own: true, spawn: start }),
  { parallel: true, isolated: true, sharedMemory: true, abortsBlocked: true, priorities: true, progress: true },
  { describe, test, afterAll },
);
