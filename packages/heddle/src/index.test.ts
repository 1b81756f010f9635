import { describe, expect, test } from '@jest/globals';
import * as futures from '@heddle/futures';
import * as heddle from 'heddle';
import { readFileSync } from 'node:fs';

describe('the umbrella', () => {
  test('exports what an application needs, and nothing by accident', () => {
    expect(Object.keys(heddle).sort()).toEqual([
      'AbortError', 'BrokenExecutor', 'BrokenProcessPool', 'BrokenThreadPool', 'CancelledError', 'Executor', 'Future',
      'HeddleError', 'InlineExecutor', 'InvalidStateError', 'NestingLimitError', 'QueueFullError', 'SerializationError',
      'ShutdownError', 'TaskNotFoundError', 'ThreadPoolExecutor', 'TimeoutError', 'WorkerDiedError', 'asCompleted',
      'currentExecutor', 'currentTask', 'isHeddleError', 'task', 'tasksOf', 'transfer', 'wait',
    ]);
  });

  test('its classes are those of the packages', () => {
    expect(heddle.Future).toBe(futures.Future);
    expect(heddle.TimeoutError).toBe(futures.TimeoutError);
  });

  test('every error class of @heddle/futures is re-exported', () => {
    const errors = Object.keys(futures).filter((name) => /Error$|^Broken/.test(name) && name !== 'isHeddleError');
    expect(Object.keys(heddle)).toEqual(expect.arrayContaining(errors));
  });

  test('it names the versions of its packages exactly', () => {
    const { version, dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
      dependencies: Record<string, string>;
    };
    for (const wanted of Object.values(dependencies)) expect(wanted).toBe(version);
  });

  test('a pool of it runs a function', async () => {
    await using pool = new heddle.ThreadPoolExecutor({ maxWorkers: 1 });
    expect(await pool.submit((a: number, b: number) => a + b, 1, 2)).toBe(3);
  });
});
