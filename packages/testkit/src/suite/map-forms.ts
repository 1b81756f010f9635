/** Settled maps, filter, forEach and reduce, and maps that are limited in bytes: compared with a sequential run of the same functions. */
import assert from 'node:assert/strict';
import { heddleError, namedError, rejection } from '../check.js';
import type { Suite } from '../suite.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const picky = (n: number): number => {
  if (n % 5 === 2) throw new RangeError(`bad ${String(n)}`);
  return n * 2;
};

async function* later<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

export function mapFormTests({ test, given }: Suite): void {
  test('a settled map has a result for every item, in order, however they come and in whatever chunks', async (t) => {
    const executor = t.executor();
    const expected = range(40).map((n) => (n % 5 === 2 ? ['rejected', n, n, `bad ${String(n)}`] : ['fulfilled', n, n, n * 2]));
    for (const chunkSize of [1, 7, 'auto'] as const) {
      for (const items of [range(40), new Set(range(40)), later(range(40))]) {
        const results = await executor.map(picky, items, { chunkSize, settled: true }).toArray();
        const seen = results.map((each) => [
          each.status,
          each.index,
          each.item,
          each.status === 'fulfilled' ? each.value : namedError(each.reason, 'RangeError', /^bad /).message,
        ]);
        assert.deepEqual(seen, expected);
      }
    }
  });

  test('a settled starmap, unordered: each result names its item', async (t) => {
    const pairs = range(20).map((n): [number, number] => [n, 1]);
    const add = (a: number, b: number): number => {
      if (a === 3) throw new RangeError('three');
      return a + b;
    };
    const results = await t.executor().starmap(add, pairs, { settled: true, ordered: false, chunkSize: 3 }).toArray();
    assert.deepEqual(
      results.map(({ index }) => index).sort((a, b) => a - b),
      range(20),
    );
    for (const each of results) {
      assert.equal(each.item, pairs[each.index]);
      if (each.status === 'fulfilled') assert.equal(each.value, each.index + 1);
      else assert.equal((each.reason as { index?: unknown }).index, 3);
    }
  });

  given('crashes', 'parallel').test('the death of a worker is the result of the item that it ran, and the map goes on', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const fatal = (n: number): number => (n === 2 ? process.exit(7) : n);
    const results = await executor.map(fatal, range(5), { settled: true, chunkSize: 1 }).toArray();
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    );
    const [, , dead] = results;
    const error = heddleError((dead as { reason: unknown }).reason, 'HEDDLE_WORKER_DIED');
    assert.equal((error as { exitCode?: unknown }).exitCode, 7);
  });

  test('shutdown waits for the items behind an error of a settled map', async (t) => {
    const executor = t.executor();
    const results = executor.map(picky, range(12), { settled: true, chunkSize: 12 });
    await executor.shutdown();
    assert.equal((await results.toArray()).length, 12);
  });

  test('filter yields the items themselves, and the first error ends it', async (t) => {
    const executor = t.executor();
    const items = range(30).map((n) => ({ n }));
    const isKept = ({ n }: { n: number }): boolean => n % 3 === 0;
    for (const source of [items, later(items)]) {
      const kept = await executor.filter(isKept, source, { chunkSize: 4 }).toArray();
      assert.equal(kept.length, 10);
      for (const each of kept) assert.equal(each, items[each.n]);
    }
    const error = namedError(await rejection(executor.filter(picky, [1, 3, 2, 4], { chunkSize: 2 }).toArray()), 'RangeError', /^bad 2$/);
    assert.equal((error as { index?: unknown }).index, 2);
  });

  test('forEach waits for every item, and rejects with the first error', async (t) => {
    const executor = t.executor();
    const before = executor.statistics().failed;
    await executor.forEach((n: number) => n, later(range(50)));
    assert.equal(executor.statistics().failed, before);
    const error = namedError(await rejection(executor.forEach(picky, range(5))), 'RangeError', /^bad 2$/);
    assert.equal((error as { index?: unknown }).index, 2);
  });

  test('reduce folds in the order of the items, where the tasks run', async (t) => {
    const executor = t.executor();
    const show = (n: number): string => `${String(n)},`;
    const join = (left: string, right: string): string => left + right;
    const expected = range(300).map(show).join('');
    assert.equal(await executor.reduce(show, join, range(300)), expected);
    assert.equal(await executor.reduce(show, join, range(300), { chunkSize: 2 }), expected);
    assert.equal(await executor.reduce(show, join, later(range(300)), { chunkSize: 7, initial: '>' }), `>${expected}`);
    assert.equal(await executor.reduce(show, join, [], { initial: 'none' }), 'none');
  });

  test('reduce: no items without an initial value, and an error that names its item', async (t) => {
    const executor = t.executor();
    const add = (a: number, b: number): number => a + b;
    namedError(await rejection(executor.reduce(picky, add, [])), 'TypeError', /no items, and no initial value/);
    const error = namedError(await rejection(executor.reduce(picky, add, [0, 1, 3, 4, 7], { chunkSize: 2 })), 'RangeError', /^bad 7$/);
    assert.equal((error as { index?: unknown }).index, 4);
  });

  test('bufferBytes holds back a source whose items are large', async (t) => {
    let taken = 0;
    const blocks = function* (): Generator<Uint8Array> {
      for (; taken < 60; taken++) yield new Uint8Array(10_000);
    };
    const results = t.executor().map((bytes: Uint8Array) => bytes.length, blocks(), { bufferBytes: 100_000, chunkSize: 1 });
    assert.ok(taken >= 1 && taken <= 11, `${String(taken)} items of 10 kB were taken where 100 kB are allowed`);
    assert.deepEqual(
      await results.toArray(),
      Array.from({ length: 60 }, () => 10_000),
    );
    assert.equal(taken, 60);
  });
}
