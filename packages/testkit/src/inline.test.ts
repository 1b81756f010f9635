import { afterAll, describe, test } from '@jest/globals';
import { InlineExecutor } from '@heddle/futures';
import { describeExecutor } from './describe-executor.js';

describeExecutor(
  'InlineExecutor',
  () => new InlineExecutor(),
  { sharedMemory: true, nested: true, progress: true },
  { describe, test, afterAll },
);
