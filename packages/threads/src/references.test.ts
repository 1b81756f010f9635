/**
 * Tasks by reference whose module is not there, not as expected, or does not load; and how often functions travel.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { tasksOf } from '@heddle/serialization';
import { failureOf } from '@heddle/testkit/support';
import { failureAmid, identity, withPool } from './test-support/with-pool.js';

interface Tasks {
  add(a: number, b: number): number;
  throwHere(message: string): never;
  subtract(a: number, b: number): number;
  ad(a: number, b: number): number;
  notAFunction(a: number, b: number): number;
}

function fixture(name: string): Tasks {
  return tasksOf<Tasks>(new URL(`../fixtures/${name}`, import.meta.url));
}

const notFound = { name: 'TaskNotFoundError', code: 'HEDDLE_TASK_NOT_FOUND' };

describe('a reference', () => {
  test('runs, and the module is not loaded here', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await pool.submit(fixture('tasks.mjs').add, 2, 3)).toBe(5);
    });
  });

  test('to a module that does not exist', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const failure = await failureAmid(pool, () => pool.submit(fixture('nowhere.mjs').add, 1, 2));
      expect(failure).toMatchObject({ ...notFound, cause: { code: 'ERR_MODULE_NOT_FOUND' } });
      expect(failure.message).toMatch(/task "add" not found: its module file:.*nowhere\.mjs could not be loaded: Cannot find module/);
    });
  });

  test.each<[keyof Tasks, RegExp]>([
    [
      'subtract',
      /task "subtract" not found in file:.*tasks\.mjs: no such export; the functions it exports are add, rejectLater, throwHere/,
    ],
    ['ad', /task "ad" not found in .*: no such export; did you mean "add"\?/],
    ['notAFunction', /the export of that name is not a function but of type number/],
  ])('to an export that is not there: %s', async (name, message) => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const failure = await failureAmid(pool, () => pool.submit(fixture('tasks.mjs')[name] as (a: number, b: number) => number, 1, 2));
      expect(failure).toMatchObject(notFound);
      expect(failure.message).toMatch(message);
    });
  });

  test('to a module that throws as it loads: again and again, and the workers live on', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const { add } = fixture('throws-on-load.mjs');
      for (let i = 0; i < 3; i++) {
        const failure = await failureAmid(pool, () => pool.submit(add, 1, 2));
        expect(failure).toMatchObject({ ...notFound, cause: { name: 'TypeError', message: 'this module does not load' } });
        expect(failure.message).toMatch(/throws-on-load\.mjs could not be loaded: this module does not load/);
      }
      expect(pool.statistics()).toMatchObject({ failed: 3, crashes: 0 });
    });
  });

  test('to a module that exits as it loads', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const failure = await failureAmid(pool, () => pool.submit(fixture('exits-on-load.mjs').add, 1, 2));
      expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED', exitCode: 4 });
      expect(failure.message).toMatch(/while it ran task "add"/);
    });
  });

  test('to a module that is never done loading: timeoutMs and abort reach it', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const { add } = fixture('never-loads.mjs');
      const failure = await failureAmid(pool, () => pool.with({ timeoutMs: 50 }).submit(add, 1, 2));
      expect(failure).toMatchObject({ code: 'HEDDLE_TIMEOUT' });
      expect(failure.message).toMatch(/task "add" ran longer than 50 ms/);
      const second = pool.submit(add, 1, 2);
      while (!second.running()) await pool.submit(identity, 1);
      expect(await second.abort('too long')).toBe(true);
      expect(await failureOf(second)).toMatchObject({ code: 'HEDDLE_ABORTED', cause: 'too long' });
    });
  });

  test('that is relative or bare is refused where it is made', () => {
    expect(() => tasksOf('./tasks.mjs')).toThrow(/not an absolute module address.*new URL\('\.\/tasks\.mjs', import\.meta\.url\)/);
    expect(() => tasksOf('some-package')).toThrow(/import\.meta\.resolve\('some-package'\)/);
  });
});

describe('a function', () => {
  test('by source is compiled once per worker, however often and by whomever it is submitted', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      // A function has its properties as long as it is the same one.
      const make = () =>
        function remember(): number {
          const self = remember as unknown as { calls?: number };
          return (self.calls = (self.calls ?? 0) + 1);
        };
      const counts = await Promise.all(Array.from({ length: 200 }, () => pool.submit(make())));
      const perWorker = counts.filter((count) => count === 1).length;
      expect(perWorker).toBeLessThanOrEqual(2);
      expect(counts.length).toBe(200);
      // Counted by each worker without gaps: 1, 2, 3, ... once or twice.
      const sorted = [...counts].sort((a, b) => a - b);
      for (const [i, count] of sorted.entries()) expect(count === 1 || sorted[i - 1]! >= count - 1).toBe(true);
    });
  });

  test('by reference is loaded once per worker', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const loads = async (url: string): Promise<unknown> => {
        const { add } = (await import(url)) as { add: { marked?: number } };
        return (add.marked = (add.marked ?? 0) + 1);
      };
      const url = new URL('../fixtures/tasks.mjs', import.meta.url).href;
      expect(await pool.submit(fixture('tasks.mjs').add, 1, 1)).toBe(2);
      expect(await pool.submit(loads, url)).toBe(1);
      expect(await pool.submit(fixture('tasks.mjs').add, 2, 2)).toBe(4);
      expect(await pool.submit(loads, url)).toBe(2);
    });
  });

  test('that does not compile in the worker fails its task only', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = await failureAmid(pool, () => pool.submit((): unknown => (0, eval)('syntax error') as unknown));
      expect(failure).toMatchObject({ name: 'SyntaxError' });
    });
  });
});
