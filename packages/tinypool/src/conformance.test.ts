/** @workers */
import { afterAll, describe, test } from '@jest/globals';
import { Tinypool } from 'tinypool';
import { describeExecutor, type ConformanceOptions, type ExecutorCapabilities } from '@heddle/testkit';
// By name: workers start from built files.
import { TinypoolExecutor } from '@heddle/tinypool';

const capabilities: ExecutorCapabilities = {
  parallel: true,
  isolated: true,
  abortsBlocked: true,
  crashes: true,
  priorities: true,
  callerObjects: true,
  progress: true,
  suspends: false,
};

const create =
  (runtime: 'worker_threads' | 'child_process') =>
  ({ maxWorkers = 2 }: ConformanceOptions = {}) =>
    new TinypoolExecutor(new Tinypool({ runtime, minThreads: 1, maxThreads: maxWorkers }), { own: true });

describeExecutor(
  'TinypoolExecutor, threads',
  create('worker_threads'),
  { ...capabilities, sharedMemory: true },
  { describe, test, afterAll },
);
describeExecutor('TinypoolExecutor, processes', create('child_process'), capabilities, { describe, test, afterAll });
