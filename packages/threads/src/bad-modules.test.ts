/**
 * Tasks whose module can't be loaded: a syntax error, a module that only a tool knows, module hooks that throw, a module that never ends.
 *
 * @workers
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { tasksOf } from '@heddle/serialization';
import { failureOf } from '@heddle/testkit/support';
import { failureAmid, identity, withPool } from './test-support/with-pool.js';

interface Tasks {
  add(a: number, b: number): number;
}

const folder = mkdtempSync(join(tmpdir(), 'heddle-bad-modules-'));
const notFound = { code: 'HEDDLE_TASK_NOT_FOUND' };

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return pathToFileURL(join(folder, name)).href;
}

function addOf(module: string | URL): Tasks['add'] {
  return tasksOf<Tasks>(module).add;
}

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a task module', () => {
  test.each<[what: string, main: string]>([
    ['its own', 'broken.mjs'],
    ['that of a module that it imports', 'imports-broken.mjs'],
  ])('with a syntax error: the error names file and line, %s', async (_what, main) => {
    write('broken.mjs', 'export const a = 1;\nexport const add = (a, b) => a +* b;\n');
    write('imports-broken.mjs', "export { add } from './broken.mjs';");
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = await failureAmid(pool, () => pool.submit(addOf(join(folder, main)), 1, 2));
      expect(failure).toMatchObject({ ...notFound, cause: { name: 'SyntaxError' } });
      expect(failure.message).toMatch(/could not be loaded: Unexpected token '\*' \(.*[\\/]broken\.mjs:2:33\)/);
    });
  });

  test.each(['virtual:tasks', 'vite:tasks', 'webpack://app/./tasks.js', 'blob:nodedata:1'])(
    'that only a tool knows: %s',
    async (module) => {
      await withPool({ maxWorkers: 1 }, async (pool) => {
        const failure = await failureAmid(pool, () => pool.submit(addOf(module), 1, 2));
        expect(failure).toMatchObject(notFound);
        expect(failure.message).toMatch(
          /could not be loaded: .*a worker knows no modules that a bundler or a test runner makes: put the task into a file/,
        );
      });
    },
  );

  test('of a data: URL runs', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await pool.submit(addOf('data:text/javascript,export const add = (a, b) => a + b'), 1, 2)).toBe(3);
    });
  });

  test('that is never done loading: shutdown waits as for any task that runs, until the task is aborted', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const add = addOf(new URL('../fixtures/never-loads.mjs', import.meta.url));
      const running = pool.submit(add, 1, 2);
      const waiting = pool.submit(add, 3, 4);
      while (!running.running()) await new Promise(setImmediate);
      const down = pool.shutdown({ cancelFutures: true });
      expect(await failureOf(waiting)).toMatchObject({ code: 'HEDDLE_CANCELLED' });
      expect(running.state).toBe('running');
      expect(await running.abort('too long', { graceMs: 0 })).toBe(true);
      expect(await failureOf(running)).toMatchObject({ code: 'HEDDLE_ABORTED' });
      await down;
    });
  });
});

describe('module hooks of the workers', () => {
  test('that throw for a module: the task fails with their error, and others run', async () => {
    write(
      'hooks.mjs',
      "export const load = (url, context, next) => { if (url.includes('hooked')) throw new RangeError('no'); return next(url, context); };",
    );
    const register = write('register.mjs', "import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);");
    const hooked = write('hooked.mjs', 'export const add = (a, b) => a + b;');
    await withPool({ maxWorkers: 1, execArgv: ['--import', register] }, async (pool) => {
      const failure = await failureOf(pool.submit(addOf(hooked), 1, 2));
      expect(failure).toMatchObject({ ...notFound, cause: { name: 'RangeError', message: 'no' } });
      expect(failure.message).toMatch(/hooked\.mjs could not be loaded: no$/);
      expect(await pool.submit(identity, 1)).toBe(1);
    });
  });

  test('that throw as they are registered: the pool is broken, with their error', async () => {
    const broken = write('throws.mjs', "throw new RangeError('the hooks break');");
    await withPool({ maxWorkers: 1, execArgv: ['--import', broken] }, async (pool) => {
      const failure = await failureOf(pool.submit(identity, 1));
      expect(failure).toMatchObject({ code: 'HEDDLE_BROKEN_THREAD_POOL', cause: { message: 'the hooks break' } });
    });
  });
});
