import { afterAll, describe, test } from '@jest/globals';
import { InlineExecutor } from '@heddle/futures';
import { describeExecutor } from './describe-executor.js';

describeExecutor(
  'InlineExecutor',
  ({ finalizer } = {}) => new InlineExecutor(finalizer === undefined ? {} : { finalizer }),
  { sharedMemory: true, nested: true, progress: true, finalizer: true, perWorker: true, broadcast: true },
  { describe, test, afterAll },
);
