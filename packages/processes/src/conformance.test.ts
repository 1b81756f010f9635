/** @workers */
import { afterAll, describe, expect, test } from '@jest/globals';
import { ProcessPoolExecutor } from '@heddle/processes';
import { describeExecutor, type Runner } from '@heddle/testkit';
import { expectStderr, uncaught } from './test-support/expect-stderr.js';
// By name: workers start from built files.

/** Tests of the suite whose workers end by an exception, by their titles. Node prints it in a process, and not in a thread. */
const printing = new Map<string, RegExp>([
  ['an uncaught exception outside of the task kills the worker: what it ran fails with the cause', uncaught('RangeError: in a timer')],
  ['an unhandled rejection in a task settles it, one way or the other', uncaught('Error: nobody catches this')],
  ['an uncaught exception: its cause', uncaught('RangeError: in a timer')],
]);

const declare: Runner['test'] = (name, body, timeoutMs) => {
  const expected = printing.get(name);
  printing.delete(name);
  test(name, expected === undefined ? body : () => expectStderr(expected, body), timeoutMs);
};

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
    finalizer: true,
    perWorker: true,
    broadcast: true,
    startTimeout: true,
    queueLimit: true,
    maxTasksPerWorker: true,
    brokenCode: 'HEDDLE_BROKEN_PROCESS_POOL',
  },
  { describe, test: declare, afterAll },
);

test('the suite has all tests that print', () => {
  expect([...printing.keys()]).toEqual([]);
});
