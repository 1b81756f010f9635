/** Tests functions that use variables of the surrounding code: they run on a worker as they would in the caller. */
import assert from 'node:assert/strict';
import path, { basename, join as joined } from 'node:path';
import * as url from 'node:url';
import { currentExecutor } from '@heddle/futures';
import { closure, task } from '@heddle/serialization';
import { refusedWith, rejectsWith, sameData, stillWorks } from '../check.js';
import type { Suite } from '../suite.js';
import { double } from '../tasks.js';

const factor = 3;
const config = { offset: 4, list: [1, 2] };

function isEven(n: number): boolean {
  return n === 0 || isOdd(n - 1);
}

function isOdd(n: number): boolean {
  return n !== 0 && isEven(n - 1);
}

class Shape {
  readonly #sides: number;

  constructor(sides: number) {
    this.#sides = sides;
  }

  static square(): Shape {
    return new Shape(factor + 1);
  }

  sides(): number {
    return this.#sides;
  }
}

class Solid extends Shape {
  override sides(): number {
    return super.sides() * 10;
  }
}

export function closureTests(suite: Suite): void {
  const { test, given } = suite;
  const { test: testCaptures } = given('captures');
  const { test: testCopies } = given('isolated', 'captures');

  testCaptures('variables of the module, of the block, and imports: the example of the README', async (t) => {
    const executor = t.executor();
    assert.equal(await executor.submit((n: number) => n * factor + config.offset + basename('/a/heddle').length, 5), 25);
    for (const step of [1, 2]) assert.equal(await executor.submit((n: number) => n + step, 1), 1 + step);
  });

  testCaptures('every kind of import', async (t) => {
    const executor = t.executor();
    const use = (): unknown[] => [path.sep, basename('/a/b'), joined('a', 'b'), new url.URL('http://a/b').pathname, double(4)];
    sameData(await executor.submit(use), ['/', 'b', 'a/b', '/b', 8]);
    const helper = (): number => double(factor);
    assert.equal(await executor.submit((n: number) => helper() + n, 1), 7, 'also below another function');
  });

  testCaptures('other functions, and functions that call each other', async (t) => {
    assert.deepEqual(
      await t
        .executor()
        .map((n: number) => isEven(n), [0, 1, 2, 7])
        .toArray(),
      [true, false, true, false],
    );
    const count = (n: number): number => (n === 0 ? 0 : 1 + count(n - 1));
    assert.equal(await t.executor().submit(count, 5), 5, 'a function that calls itself by its variable');
  });

  testCaptures('classes, with private fields, statics and super', async (t) => {
    sameData(await t.executor().submit(() => [Shape.square().sides(), new Solid(6).sides(), new Solid(1) instanceof Shape]), [4, 60, true]);
  });

  testCaptures('async functions, generators and methods', async (t) => {
    const later = async (n: number): Promise<number> => await Promise.resolve(n * factor);
    function* upTo(n: number): Generator<number> {
      for (let i = 0; i < n; i++) yield i * factor;
    }
    const tools = {
      twice(n: number): number {
        return n * 2 + config.offset;
      },
    };
    const run = async (n: number): Promise<unknown> => [await later(n), [...upTo(n)], tools.twice(n)];
    sameData(await t.executor().submit(run, 2), [6, [0, 3], 8]);
  });

  testCaptures('values that are functions of the language', async (t) => {
    const { max } = Math;
    assert.equal(await t.executor().submit((n: number) => max(n, factor), 1), 3);
  });

  given('captures', 'hiddenGlobals').test('names that hide a global', async (t) => {
    const fetch = (n: number): number => n + factor;
    assert.equal(await t.executor().submit((n: number) => fetch(n), 1), 4);
  });

  test('names that hide a global, named by closure()', async (t) => {
    const fetch = (n: number): number => n + 2;
    const run = closure((n: number) => fetch(n), { fetch });
    assert.equal(await t.executor().submit(run, 1), 3);
  });

  test('closure() names all captures: that needs no more of the runtime', async (t) => {
    const limits = { least: 2 };
    const run = closure((n: number) => n + limits.least, { limits });
    assert.equal(await t.executor().submit(run, 1), 3);
  });

  testCaptures('functions inside arguments', async (t) => {
    const options = { onItem: (n: number) => n + factor, nested: [(n: number) => isOdd(n)] };
    const run = (given: typeof options, n: number): unknown[] => [given.onItem(n), given.nested[0]?.(n)];
    sameData(await t.executor().submit(run, options, 3), [6, true]);
  });

  testCaptures('closure() names the captures', async (t) => {
    const scaled = closure((n: number) => n * factor + config.offset, { config: { offset: 10, list: [] } });
    assert.equal(await t.executor().submit(scaled, 1), suite.can('isolated') ? 13 : 7);
    assert.equal(scaled(1), 7);
  });

  testCopies('captures are taken as they are at submit, and anew by the next one', async (t) => {
    const executor = t.executor();
    const state = { n: 1 };
    let count = 1;
    const run = (): [number, number] => [count, state.n];
    const first = executor.submit(run);
    count = 2;
    state.n = 2;
    const second = executor.submit(run);
    count = 3;
    state.n = 3;
    sameData(await Promise.all([first, second, executor.submit(run)]), [
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    const results = executor.map(
      (item: number) => item + count + state.n,
      Array.from({ length: 100 }, (_, i) => i),
      { chunkSize: 1 },
    );
    count = 0;
    state.n = 0;
    assert.deepEqual((await results.toArray()).slice(0, 3), [6, 7, 8], 'a map takes them once, at its call');
  });

  testCopies('what can not be captured is refused, with its name, its place and the remedy', async (t) => {
    const executor = t.executor();
    const db = { handle: new WeakMap() };
    let count = 0;
    const helper = (): boolean => db.handle.has({});
    await refusedWith(
      executor.submit(() => db.handle),
      /^captured "db" \(.*closures\.c?js:\d+\)\.handle: a WeakMap/,
    );
    await refusedWith(
      executor.submit(() => helper()),
      /^captured "helper" .* > captured "db" .*\.handle: a WeakMap/,
    );
    await refusedWith(
      executor.submit(() => {
        count += 1;
      }),
      /assigns to "count".*return the new value instead/,
    );
    await refusedWith(
      executor.submit(() => early),
      /^captured "early" .*has no value yet/,
    );
    const early = 1;
    const items = executor.map((n: number) => n + Number(db.handle.has({})) + count, [1, 2]);
    await refusedWith(items.toArray(), /^captured "db"/);
    await stillWorks(executor);
  });

  testCopies('an import that fails in the worker fails the task', async (t) => {
    const executor = t.executor();
    const missing = task('file:///nowhere/missing.mjs', function missing(): number {
      return 1;
    });
    const run = (n: number): number => missing() + n;
    await rejectsWith(executor.submit(run, 1), 'HEDDLE_TASK_NOT_FOUND');
    await stillWorks(executor);
  });

  given('initializer', 'isolated', 'parallel', 'captures').test('an initializer may capture too', async (t) => {
    const key = 'heddleTestkitCaptured';
    const initializer = (): void => {
      (globalThis as Record<string, unknown>)[key] = factor;
    };
    const executor = t.executor({ initializer });
    assert.equal(await executor.submit((name: string) => (globalThis as Record<string, unknown>)[name], key), 3);
  });

  given('nested', 'isolated', 'captures').test('tasks that tasks submit may capture what these have', async (t) => {
    const run = async (n: number): Promise<unknown> => {
      const local = n * factor;
      return await currentExecutor()?.submit((m: number) => m + local, 1);
    };
    assert.equal(await t.executor().submit(run, 2), 7);
  });

  given('nested', 'isolated', 'captures').test('a function that came to a task by reference travels on', async (t) => {
    const run = async (given: (n: number) => number, n: number): Promise<unknown> => await currentExecutor()?.submit(given, n);
    assert.equal(await t.executor().submit(run, double, 4), 8);
  });
}
