/**
 * What a pool tells: of itself, and of the item that an error is of.
 *
 * @workers
 */
import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { failureOf } from '@heddle/testkit/support';
import { describeEachPool, outcomesOf, range, square } from './test-support/each-pool.js';

const pickyAt17 = (n: number): number => {
  if (n === 17) throw new RangeError('bad');
  return n;
};
const pickyPair = (n: number, offset: number): number => {
  if (n + offset === 17) throw new RangeError('bad');
  return n;
};
const atOdd = (n: number): number => {
  if (n % 2 === 1) throw new RangeError(`odd: ${String(n)}`);
  return n;
};
const die = (n: number): number => (n === 2 ? process.exit(3) : n);

describeEachPool('what it tells', (kit) => {
  test('inspect, as console.log does, shows its state and its executor', async () => {
    const pool = kit.make(2);
    const executor = kit.kind === 'threads' ? 'ThreadPoolExecutor' : 'ProcessPoolExecutor';
    await pool.map(square, range(3));
    expect(inspect(pool)).toMatch(
      new RegExp(`^${kit.Constructor.name} over ${executor} \\{ state: 'open', parallelism: 2, workers: \\d, .*failed: 0 \\}$`),
    );
    expect(inspect({ pool })).toContain(`${kit.Constructor.name} over ${executor}`);
    await pool.terminate();
    expect(inspect(pool)).toMatch(new RegExp(`^${kit.Constructor.name} over ${executor} \\{ state: 'shutdown'`));
  });

  test.each([1, 4, 100])('map and starmap: an error says its item, with chunks of %d', async (chunkSize) => {
    const error = { name: 'RangeError', message: 'bad', index: 17, stack: expect.stringMatching(/--- item 17 of a map ---$/) as unknown };
    expect(await failureOf(kit.shared.map(pickyAt17, range(40), { chunkSize }))).toMatchObject(error);
    expect(
      await failureOf(
        kit.shared.starmap(
          pickyPair,
          range(40).map((n): [number, number] => [n - 1, 1]),
          { chunkSize },
        ),
      ),
    ).toMatchObject(error);
    expect(await failureOf(kit.shared.mapAsync(pickyAt17, range(40), { chunkSize }).get())).toMatchObject(error);
  });

  test.each([1, 3, 100])('imap: each error says its own item, in whatever order, with chunks of %d', async (chunkSize) => {
    for (const verb of ['imap', 'imapUnordered'] as const) {
      const outcomes = await outcomesOf(kit.shared[verb](atOdd, range(10), { chunkSize }));
      const errors = outcomes.filter((outcome) => typeof outcome !== 'number') as (Error & { index?: unknown })[];
      expect(errors.map(({ message, index }) => [message, index]).sort()).toEqual([1, 3, 5, 7, 9].map((n) => [`odd: ${String(n)}`, n]));
    }
  });

  test('imap: a worker that died of a task of one item, too', async () => {
    const outcomes = await outcomesOf(kit.make(1).imap(die, range(4)));
    expect(outcomes).toEqual([0, 1, expect.objectContaining({ code: 'HEDDLE_WORKER_DIED', index: 2 }), 3]);
  });
});
