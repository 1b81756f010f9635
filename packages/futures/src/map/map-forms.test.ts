/** Tests the forms of a map's results: settled, filter, forEach and reduce, and the limit of bytes. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InlineExecutor } from '../inline/inline-executor.js';
import { ManualExecutor } from '../test-support/manual-executor.js';
import type { MapOptions } from './map-options.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const picky = (n: number): number => {
  if (n % 3 === 0) throw new RangeError(`bad ${String(n)}`);
  return n * 2;
};

async function* later<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

/** What a sequential run makes of the same items. */
async function settledOneByOne(items: readonly number[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(items.map(async (item) => Promise.resolve(item).then(picky)));
  return settled.map((each, index) => ({ ...each, index, item: items[index] }));
}

describe('a settled map', () => {
  test('has a result for every item, whatever the chunks and the source', async () => {
    const options = fc.record(
      {
        chunkSize: fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 9 })),
        bufferSize: fc.integer({ min: 1, max: 9 }),
        bufferBytes: fc.integer({ min: 1, max: 99 }),
      },
      { requiredKeys: [] },
    );
    const sources = fc.constantFrom(
      (items: number[]) => items,
      (items: number[]) => items.values(),
      (items: number[]) => later(items),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 30 }), options, sources, async (items, chosen, source) => {
        const executor = new InlineExecutor();
        const results = await executor.map(picky, source(items), { ...chosen, settled: true }).toArray();
        expect(results).toEqual(await settledOneByOne(items));
      }),
    );
  });

  test('names the item in each error', async () => {
    const results = await new InlineExecutor().map(picky, [1, 3], { settled: true }).toArray();
    const [, bad] = results;
    expect((bad as { reason: { index: number } }).reason.index).toBe(1);
    expect((bad as { reason: Error }).reason.stack).toMatch(/--- item 1 of a map ---$/);
  });

  test('gives each item of a chunk the error that ended the chunk as a whole', async () => {
    const executor = new ManualExecutor();
    const results = executor.map((n: number) => n, range(4), { chunkSize: 2, settled: true });
    const [first] = executor.pending.splice(0, 1);
    first?.controller.setRunningOrNotifyCancel();
    first?.controller.setException(new Error('died'));
    await executor.runAll();
    expect((await results.toArray()).map(({ status, index }) => [status, index])).toEqual([
      ['rejected', 0],
      ['rejected', 1],
      ['fulfilled', 2],
      ['fulfilled', 3],
    ]);
  });

  test('keeps its right to submit until the items after the last error have run', async () => {
    const executor = new ManualExecutor();
    const results = executor.map(picky, [1, 3, 4], { chunkSize: 3, settled: true });
    expect(executor.reservations).toBe(1);
    await executor.runAll();
    expect(executor.reservations).toBe(0);
    expect(await results.toArray()).toEqual(await settledOneByOne([1, 3, 4]));
  });

  test('says how many items are done, those with errors too', async () => {
    const done: number[] = [];
    await new InlineExecutor().map(picky, range(6), { chunkSize: 6, settled: true, onProgress: (count) => done.push(count) }).toArray();
    expect(done.at(-1)).toBe(6);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  test('is an option of map and starmap alone', () => {
    const executor = new InlineExecutor();
    const options = { settled: true } as unknown as MapOptions;
    expect(() => executor.filter(picky, [1], options)).toThrow(/filter: unknown option "settled"/);
    expect(() => executor.map(picky, [1], { settled: 1 as never })).toThrow(/map: settled must be a boolean, got 1/);
  });
});

describe('filter', () => {
  test('yields the items themselves for which the function is true', async () => {
    const items = range(20).map((n) => ({ n }));
    const kept = await new InlineExecutor().filter(({ n }) => n % 3 === 0, items, { chunkSize: 4 }).toArray();
    expect(kept).toHaveLength(7);
    for (const each of kept) expect(each).toBe(items[each.n]);
  });

  test('goes on behind chunks of which nothing is kept, within a buffer', async () => {
    const results = new InlineExecutor().filter((n: number) => n === 99, later(range(100)), { bufferSize: 3 });
    expect(await results.toArray()).toEqual([99]);
  });

  test('ends at the first error, which names the item', async () => {
    const results = new InlineExecutor().filter(picky, [1, 2, 3, 4], { chunkSize: 4 });
    expect(await results.next()).toEqual({ done: false, value: 1 });
    expect(await results.next()).toEqual({ done: false, value: 2 });
    await expect(results.next()).rejects.toMatchObject({ message: 'bad 3', index: 2 });
  });
});

describe('forEach', () => {
  test('resolves when all items are done, and rejects with the first error', async () => {
    const seen: number[] = [];
    const executor = new InlineExecutor();
    expect(await executor.forEach((n: number) => seen.push(n), later(range(50)))).toBeUndefined();
    expect(seen).toEqual(range(50));
    await expect(executor.forEach(picky, [1, 3])).rejects.toMatchObject({ message: 'bad 3', index: 1 });
  });
});

describe('reduce', () => {
  const join = (left: string, right: string): string => left + right;

  test('folds in the order of the items, whatever the chunks and the source', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 3 }), { minLength: 1, maxLength: 300 }),
        fc.option(fc.integer({ min: 1, max: 7 }), { nil: undefined }),
        fc.constantFrom(
          (items: string[]) => items,
          (items: string[]) => later(items),
        ),
        async (items, chunkSize, source) => {
          const executor = new InlineExecutor();
          const folded = await executor.reduce(
            (word: string) => `${word}.`,
            join,
            source(items),
            chunkSize === undefined ? {} : { chunkSize },
          );
          expect(folded).toBe(items.map((word) => `${word}.`).join(''));
        },
      ),
    );
  });

  test('begins with the initial value, once, and gives it when there are no items', async () => {
    const executor = new InlineExecutor();
    expect(await executor.reduce(String, join, range(9), { initial: '>', chunkSize: 2 })).toBe('>012345678');
    expect(await executor.reduce(String, join, [], { initial: '>' })).toBe('>');
    expect(
      await executor.reduce(
        (n: number) => n,
        (a, b) => a + b,
        [1, 2],
        { initial: 0 },
      ),
    ).toBe(3);
  });

  test('refuses no items without an initial value', async () => {
    await expect(new InlineExecutor().reduce(String, join, [])).rejects.toThrow(
      /^reduce: there are no items, and no initial value; pass \{ initial \}$/,
    );
  });

  test('takes asynchronous functions', async () => {
    const executor = new InlineExecutor();
    const sum = async (a: number, b: number): Promise<number> => Promise.resolve(a + b);
    expect(await executor.reduce(async (n: number) => Promise.resolve(n * n), sum, range(10), { chunkSize: 3 })).toBe(285);
  });

  test('names the item in an error', async () => {
    const failing = new InlineExecutor().reduce(picky, (a, b) => a + b, [1, 2, 4, 5, 6], { chunkSize: 2 });
    await expect(failing).rejects.toMatchObject({ message: 'bad 6', index: 4 });
  });

  test('refuses what is no function', async () => {
    await expect(new InlineExecutor().reduce(picky, 1 as never, [])).rejects.toThrow(/reduce: combine must be a function, got 1/);
    await expect(new InlineExecutor().reduce(1 as never, join, [])).rejects.toThrow(/reduce: the task must be a function, got 1/);
  });
});

describe('bufferBytes', () => {
  const block = 1000;
  const blocks = function* (count: number, taken: { count: number }): Generator<Uint8Array> {
    for (; taken.count < count; taken.count++) yield new Uint8Array(block);
  };

  test('stops reading ahead of the consumer when the items take that many bytes', async () => {
    const taken = { count: 0 };
    const executor = new InlineExecutor();
    const results = executor.map((bytes: Uint8Array) => bytes, blocks(100, taken), { bufferBytes: 10 * block, chunkSize: 1 });
    for (let read = 0; read < 100; read++) {
      expect(taken.count - read).toBeLessThanOrEqual(12);
      await results.next();
    }
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  test('counts the results, too', async () => {
    const taken = { count: 0 };
    const executor = new InlineExecutor();
    const results = executor.map(
      () => new Uint8Array(block),
      (function* () {
        for (; taken.count < 100; taken.count++) yield 1;
      })(),
      { bufferBytes: 10 * block },
    );
    for (let read = 0; read < 100; read++) {
      expect(taken.count - read).toBeLessThanOrEqual(24);
      await results.next();
    }
  });

  test('lets an item run that is larger, alone', async () => {
    const executor = new InlineExecutor();
    const sizes = await executor
      .map((bytes: Uint8Array) => bytes.length, [new Uint8Array(50), new Uint8Array(60)], { bufferBytes: 10 })
      .toArray();
    expect(sizes).toEqual([50, 60]);
  });

  test('is a number of bytes', () => {
    expect(() => new InlineExecutor().map(picky, [], { bufferBytes: 0 })).toThrow(
      /map: bufferBytes must be a whole number of at least 1, got 0/,
    );
  });
});
