import assert from 'node:assert/strict';
import type Path from 'node:path';
import { basename as pathBasename, posix } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { task, tasksOf, transfer } from '@heddle/serialization';
import { rejectsWith, sameData, stillWorks } from '../check.js';
import type { Suite } from '../suite.js';
import { identity } from '../tasks.js';

/** Makes a value that is nested deeper than a recursion can go. */
function deep(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

export function travelTests({ test, given }: Suite): void {
  const { test: testCopies } = given('isolated');

  given('moduleImports').test('import() inside a function resolves as in the module that defines it', async (t) => {
    const run = async (n: number): Promise<number> => {
      const { double } = await import('../tasks.js');
      return double(n);
    };
    assert.equal(await t.executor().submit(run, 21), 42);
  });

  test('tasksOf: references to a module that the caller has not loaded', async (t) => {
    const { basename } = tasksOf<typeof Path>('node:path');
    assert.equal(await t.executor().submit(basename, '/a/b.txt'), 'b.txt');
    assert.deepEqual(
      await t
        .executor()
        .map((path: string) => path.length, ['/a', '/bc'])
        .toArray(),
      [2, 3],
    );
  });

  testCopies('arguments are taken as they are at submit', async (t) => {
    const executor = t.executor();
    const list = [1, 2, 3];
    const bytes = new Uint8Array([1, 2, 3]);
    const future = executor.submit((numbers: number[], data: Uint8Array) => [...numbers, ...data], list, bytes);
    list.push(4);
    bytes.fill(9);
    assert.deepEqual([...(await future)], [1, 2, 3, 1, 2, 3]);
    const items = [{ n: 1 }, { n: 2 }];
    const results = executor.map((item: { n: number }) => item.n, items);
    for (const item of items) item.n = 100;
    items.length = 0;
    assert.deepEqual(await results.toArray(), [1, 2]);
  });

  testCopies('what a task does to its arguments does not reach the caller', async (t) => {
    const list = [1];
    assert.equal(await t.executor().submit((numbers: number[]) => numbers.push(2), list), 2);
    assert.deepEqual(list, [1]);
  });

  testCopies('globals are those of the worker', async (t) => {
    const key = 'heddleTestkitGlobal';
    const set = (name: string): void => {
      (globalThis as Record<string, unknown>)[name] = true;
    };
    await t.executor().submit(set, key);
    assert.equal(key in globalThis, false);
  });

  testCopies('what can not travel is refused on the future, with its path; neighbours are unharmed', async (t) => {
    const executor = t.executor();
    class Account {
      owner = 'me';
    }
    const throwing = Object.defineProperty({}, 'value', {
      enumerable: true,
      get: () => {
        throw new Error('getter');
      },
    });
    const rows: [unknown, RegExp][] = [
      [{ config: { onClose: Symbol('s') } }, /args\[0\]\.config\.onClose/],
      [[1, new WeakMap()], /args\[0\]\[1\]/],
      [{ who: new Account() }, /args\[0\]\.who/],
      [Symbol('s'), /args\[0\]/],
      [new WeakRef({}), /args\[0\]/],
      [Promise.resolve(1), /args\[0\]/],
      [{ inner: throwing }, /args\[0\]\.inner/],
      [new Map([['k', Promise.resolve(1)]]), /args\[0\]/],
    ];
    for (const [value, path] of rows) {
      const before = executor.submit(() => 'before');
      const refused = executor.submit((arg: unknown) => arg, value);
      const after = executor.submit(() => 'after');
      const error = await rejectsWith(refused, 'HEDDLE_SERIALIZATION');
      assert.match(error.message, path);
      assert.deepEqual(await Promise.all([before, after]), ['before', 'after']);
    }
    const second = await rejectsWith(
      executor.submit((_a: unknown, b: unknown) => b, 1, { f: new WeakSet() }),
      'HEDDLE_SERIALIZATION',
    );
    assert.equal((second as { path?: unknown }).path, 'args[1].f');
  });

  testCopies('a value that is too deep is refused, not fatal', async (t) => {
    const executor = t.executor();
    const future = executor.submit((value: unknown) => Array.isArray(value), deep(100_000));
    const settled = await Promise.allSettled([future]);
    if (settled[0].status === 'rejected') await rejectsWith(future, 'HEDDLE_SERIALIZATION');
    await stillWorks(executor);
  });

  testCopies('an item of a map that can not travel fails the map when it is reached', async (t) => {
    const executor = t.executor();
    const results = executor.map(identity, [1, 2, new WeakMap(), 4], { chunkSize: 1 });
    const error = await rejectsWith(results.toArray(), 'HEDDLE_SERIALIZATION');
    assert.match(error.message, /2/, 'the message names the item');
    await stillWorks(executor);
  });

  testCopies('a result that can not travel fails its future with the path to the culprit', async (t) => {
    const executor = t.newExecutor();
    const make = (kind: string): unknown => {
      if (kind === 'function') return { handlers: { onEnd: () => 1 } };
      if (kind === 'weakmap') return [new WeakMap()];
      return Symbol('s');
    };
    assert.match((await rejectsWith(executor.submit(make, 'function'), 'HEDDLE_SERIALIZATION')).message, /handlers\.onEnd/);
    assert.match((await rejectsWith(executor.submit(make, 'weakmap'), 'HEDDLE_SERIALIZATION')).message, /\[0\]/);
    await rejectsWith(executor.submit(make, 'symbol'), 'HEDDLE_SERIALIZATION');
    const mixed = await Promise.allSettled(
      ['function', 'none'].map((kind) => executor.submit((k: string) => (k === 'none' ? 1 : (): number => 1), kind)),
    );
    assert.deepEqual(
      mixed.map(({ status }) => status),
      ['rejected', 'fulfilled'],
    );
    await stillWorks(executor);
  });

  test('functions of the language are tasks', async (t) => {
    const executor = t.executor();
    assert.deepEqual(await executor.map(Math.sqrt, [1, 4]).toArray(), [1, 2]);
    assert.deepEqual(await executor.map(Number, ['1', '2']).toArray(), [1, 2]);
    assert.equal(await executor.submit(JSON.parse, '1.5'), 1.5);
    await assert.rejects(executor.submit(JSON.parse, '['), { name: 'SyntaxError' });
    await stillWorks(executor);
  });

  test('functions of Node are tasks', async (t) => {
    const executor = t.executor();
    assert.equal(await executor.submit(pathBasename, '/a/b'), 'b');
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called without `this`
    assert.equal(await executor.submit(posix.join, 'a', 'b'), 'a/b');
    assert.equal(await executor.submit(delay, 1, 'late'), 'late');
  });

  testCopies('native and bound functions, classes and generators are refused', async (t) => {
    const executor = t.executor();
    const bound = function plain(this: unknown): unknown {
      return this;
    }.bind(1);
    // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- the test needs a class, whatever its members are
    class Constructed {}
    function* generator(): Generator<number> {
      yield 1;
    }
    for (const fn of [Proxy.revocable({}, {}).revoke, bound, Constructed, generator] as unknown as ((...args: unknown[]) => unknown)[]) {
      await rejectsWith(executor.submit(fn), 'HEDDLE_SERIALIZATION');
    }
    await stillWorks(executor);
  });

  testCopies('a reference that leads nowhere is TaskNotFoundError: no module, no export, a module that fails', async (t) => {
    const executor = t.executor();
    const missing = tasksOf<Record<string, () => number>>(new URL('./no-such-module.js', import.meta.url))['run'];
    const failing = tasksOf<Record<string, () => number>>('data:text/javascript,throw new Error("at load")')['run'];
    const unnamed = task('node:path', function noSuchExport() {
      return 1;
    });
    assert.ok(missing !== undefined && failing !== undefined);
    assert.match((await rejectsWith(executor.submit(missing), 'HEDDLE_TASK_NOT_FOUND')).message, /no-such-module/);
    assert.match((await rejectsWith(executor.submit(unnamed), 'HEDDLE_TASK_NOT_FOUND')).message, /noSuchExport/);
    await rejectsWith(executor.submit(failing), 'HEDDLE_TASK_NOT_FOUND');
    await stillWorks(executor);
  });

  testCopies('transfer moves a buffer', async (t) => {
    const bytes = new Uint8Array([1, 2, 3]);
    const future = t.executor().submit((data: Uint8Array) => data.length, transfer(bytes, [bytes.buffer]));
    assert.equal(await future, 3);
    assert.equal(bytes.byteLength, 0, 'the buffer is gone here');
  });

  given('sharedMemory').test('a SharedArrayBuffer is shared', async (t) => {
    const shared = new Int32Array(new SharedArrayBuffer(8));
    await t.executor().submit((cells: Int32Array) => Atomics.add(cells, 0, 5), shared);
    await t
      .executor()
      .map((cells: Int32Array) => Atomics.add(cells, 1, 1), [shared, shared, shared])
      .toArray();
    assert.deepEqual([...shared], [5, 3]);
  });

  test('large values arrive whole', async (t) => {
    const executor = t.executor();
    const rows = Array.from({ length: 10_000 }, (_, id) => ({ id, name: `row ${String(id)}`, tags: ['a', 'b'] }));
    sameData(await executor.submit(identity, rows), rows);
    const { buffer } = new Uint8Array(8 << 20).fill(7);
    const ends = (memory: ArrayBuffer): number[] => {
      const bytes = new Uint8Array(memory);
      return [bytes.length, bytes.at(0) ?? 0, bytes.at(-1) ?? 0];
    };
    assert.deepEqual(ends(await executor.submit(identity<ArrayBuffer>, buffer)), [8 << 20, 7, 7]);
    sameData(await executor.submit(ends, buffer), [8 << 20, 7, 7]);
  });

  given('largeViews').test('large typed arrays too', async (t) => {
    const bytes = new Uint8Array(8 << 20).fill(7);
    const back = await t.executor().submit(identity, bytes);
    assert.deepEqual([back.length, back.at(0), back.at(-1)], [8 << 20, 7, 7]);
  });
}
