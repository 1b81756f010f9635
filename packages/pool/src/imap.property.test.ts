/**
 * However an imap is cut, bounded, fed and ended: every item has its outcome, once, in its place.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ThreadPool } from '@heddle/pool';
import { outcomesOf } from './test-support/each-pool.js';

const failAt = ([n, fails]: readonly [number, boolean]): number => {
  if (fails) throw new RangeError(String(n));
  return n;
};

const cases = fc.record({
  fails: fc.array(fc.boolean(), { maxLength: 60 }),
  chunkSize: fc.integer({ min: 1, max: 20 }),
  bufferSize: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
  ordered: fc.boolean(),
  source: fc.constantFrom('array', 'generator', 'async generator', 'slow async generator'),
  sourceFails: fc.boolean(),
  end: fc.constantFrom('read', 'close, then read', 'close, join, then read'),
});

async function* slowly<T>(items: Iterable<T>, isSlow: boolean): AsyncGenerator<T> {
  for (const item of items) {
    if (isSlow) await new Promise((resolve) => setImmediate(resolve));
    yield item;
  }
}

function* thenFail<T>(items: readonly T[], sourceFails: boolean): Generator<T> {
  yield* items;
  if (sourceFails) throw new TypeError('the source');
}

test('imap and imapUnordered', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ fails, chunkSize, bufferSize, ordered, source, sourceFails, end }) => {
      await using pool = new ThreadPool(2);
      const list = fails.map((each, n) => [n, each] as const);
      const items =
        source === 'array'
          ? list
          : source === 'generator'
            ? thenFail(list, sourceFails)
            : slowly(thenFail(list, sourceFails), source === 'slow async generator');
      const results = pool[ordered ? 'imap' : 'imapUnordered'](failAt, items, {
        chunkSize,
        ...(bufferSize === undefined ? {} : { bufferSize }),
      });
      if (end !== 'read') pool.close();
      if (end === 'close, join, then read') await pool.join();
      const outcomes = (await outcomesOf(results)).map((each) => (typeof each === 'number' ? each : each.message));
      const expected: (number | string)[] = fails.map((each, n) => (each ? String(n) : n));
      if (sourceFails && source !== 'array') expected.push('the source');
      if (ordered) expect(outcomes).toEqual(expected);
      else expect(outcomes.sort(byItem)).toEqual(expected);
    }),
    { numRuns: 40, seed: 20_250_402 },
  );
});

/** The source's own error goes last. */
function byItem(a: number | string, b: number | string): number {
  const [x, y] = [Number(a), Number(b)];
  return (Number.isNaN(x) ? Infinity : x) - (Number.isNaN(y) ? Infinity : y);
}
