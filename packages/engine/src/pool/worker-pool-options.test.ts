import { describe, expect, test } from '@jest/globals';
import { deathLimitFor } from '../crew/death-watch.js';
import { defaultParallelism } from './default-parallelism.js';
import { workerPoolOptionChecks, resolveWorkerPoolOptions, type WorkerPoolOptions } from './worker-pool-options.js';

const resolve = (options?: unknown): ReturnType<typeof resolveWorkerPoolOptions> =>
  resolveWorkerPoolOptions('Pool', options as WorkerPoolOptions, workerPoolOptionChecks);

describe('resolveWorkerPoolOptions', () => {
  test('fills in the defaults', () => {
    expect(resolve()).toMatchObject({
      maxWorkers: defaultParallelism(),
      minWorkers: 0,
      initializer: undefined,
      initargs: [],
      maxTasksPerWorker: Infinity,
      idleTimeoutMs: Infinity,
      maxQueueSize: Infinity,
    });
    expect(resolve({ maxWorkers: 4 }).deathLimit).toBeUndefined();
    expect(deathLimitFor(4)).toEqual({ maxDeaths: 20, periodMs: 10_000 });
  });

  test('keeps what is given, limits of none included', () => {
    const given = {
      maxWorkers: 3,
      minWorkers: 3,
      maxQueueSize: 0,
      maxTasksPerWorker: Infinity,
      idleTimeoutMs: 0,
      startTimeoutMs: Infinity,
      maxSuspendedTasks: Infinity,
    };
    expect(resolve(given)).toMatchObject(given);
  });

  test.each<[options: unknown, ErrorClass: new () => Error, message: RegExp]>([
    [{ maxWorkers: 0 }, RangeError, /^Pool: maxWorkers must be greater than 0, got 0$/],
    [{ maxWorkers: 2.5 }, RangeError, /^Pool: maxWorkers must be a whole number, got 2\.5$/],
    [{ maxWorkers: true }, TypeError, /^Pool: maxWorkers must be a whole number, got true$/],
    [{ maxWorkers: 1, minWorkers: 2 }, RangeError, /^Pool: minWorkers must be at most maxWorkers \(1\), got 2$/],
    [{ maxTasksPerWorker: -Infinity }, RangeError, /^Pool: maxTasksPerWorker must be a whole number of at least 1, got -Infinity$/],
    [{ minWorkers: -1 }, RangeError, /^Pool: minWorkers must be a whole number of at least 0, got -1$/],
    [{ startTimeoutMs: NaN }, RangeError, /^Pool: startTimeoutMs must be 0 or more milliseconds, got NaN$/],
    [{ deathLimit: { maxDeaths: 1, period: 5 } }, TypeError, /unknown option "period"; did you mean "periodMs"\?/],
    [{ deathLimit: {} }, TypeError, /deathLimit needs maxDeaths and periodMs/],
    [[], TypeError, /^Pool: options must be an object, got an array of 0$/],
  ])('%j is refused', (options, ErrorClass, message) => {
    expect(() => resolve(options)).toThrow(ErrorClass);
    expect(() => resolve(options)).toThrow(message);
  });
});
