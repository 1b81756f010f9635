/** A platform whose workers neither start nor end. */
import { beforeEach, expect, jest, test } from '@jest/globals';
import {
  PoolExecutor,
  SharedCallerLedger,
  createPoolMemory,
  workerPoolOptionChecks,
  resolveWorkerPoolOptions,
  type Channel,
  type OpenChannel,
  type WorkerPoolOptions,
} from '@heddle/engine';
import { BrokenExecutor, InvalidStateError } from '@heddle/futures';

/** The codes of the warnings of a test. */
let warned: unknown[];

beforeEach(() => {
  warned = [];
  jest.spyOn(process, 'emitWarning').mockImplementation((_warning: unknown, options?: unknown) => {
    warned.push((options as { code?: string } | undefined)?.code);
  });
});

class HangingExecutor extends PoolExecutor {
  constructor(options: WorkerPoolOptions, open: OpenChannel) {
    super(
      { name: 'HangingExecutor', workerNamePrefix: 'hanging', Broken: BrokenExecutor, destination: 'thread', open },
      resolveWorkerPoolOptions('HangingExecutor', options, workerPoolOptionChecks),
    );
  }
}

/** A channel to nobody: no message comes, and no end. */
function silent(calls: string[]): Channel {
  const note = (call: string) => (): void => {
    calls.push(call);
  };
  return {
    ledger: new SharedCallerLedger(createPoolMemory()),
    post: note('post'),
    ref: note('ref'),
    unref: note('unref'),
    terminate: note('terminate'),
  };
}

test('a worker that neither starts nor ends, even when it is stopped: futures have the reason, and shutdown ends', async () => {
  const calls: string[] = [];
  const executor = new HangingExecutor({ maxWorkers: 1, startTimeoutMs: 50 }, () => silent(calls));
  const reason = await executor.submit(() => 1).exception();
  expect(reason).toMatchObject({
    code: 'HEDDLE_BROKEN_EXECUTOR',
    message: expect.stringMatching(
      /worker hanging_0 was not ready after 50 ms \(startTimeoutMs\): it had not come to its initializer/,
    ) as unknown,
  });
  await executor.shutdown();
  expect(calls).toContain('terminate');
  expect(calls.at(-1)).toBe('unref');
  expect(executor.statistics().workers).toEqual({ starting: 0, busy: 0, idle: 0, stopping: 0 });
  expect(warned).toEqual(['HEDDLE_BROKEN']);
});

test('a platform that is short of something is asked again, for as long as a start may take', async () => {
  let attempts = 0;
  const executor = new HangingExecutor({ maxWorkers: 2, startTimeoutMs: 1200 }, () => {
    attempts += 1;
    throw Object.assign(new InvalidStateError('no space left'), { code: 'ENOSPC' });
  });
  const reason = await executor.submit(() => 1).exception();
  expect(reason).toMatchObject({
    message: expect.stringMatching(/the system was too short of something to start a worker, for 1200 ms: no space left/) as unknown,
  });
  expect(attempts).toBeGreaterThanOrEqual(3);
  await executor.shutdown();
  expect(warned).toEqual(['HEDDLE_BROKEN']);
});
