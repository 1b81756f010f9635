/**
 * The behaviours of CPython's _TestPool that concern imap and imap_unordered, under its names, on processes and on threads.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import type { ImapResults } from '@heddle/pool';
import { describeEachPool, outcomesOf, range, square } from './test-support/each-pool.js';
import { SayWhenError, throwingItems } from './test-support/throwing-items.js';

const over = { done: true, value: undefined };

describeEachPool('_TestPool', (kit) => {
  test('test_imap', async () => {
    expect(await kit.shared.imap(square, range(10)).toArray()).toEqual(range(10).map(square));

    const few = kit.shared.imap(square, range(10));
    for (const i of range(10)) expect(await few.next()).toEqual({ done: false, value: i * i });
    expect(await few.next()).toEqual(over);
    expect(await few.next()).toEqual(over);

    const many = kit.shared.imap(square, range(1000), { chunkSize: 100 });
    for (const i of range(1000)) expect(await many.next()).toEqual({ done: false, value: i * i });
    expect(await many.next()).toEqual(over);
  });

  test('test_imap_handle_iterable_exception', async () => {
    for (let i = 0; i < 2; i++) {
      await expect(kit.shared.imap(square, throwingItems(1, -1), 1).next()).rejects.toBeInstanceOf(SayWhenError);
    }
    // CPython gives the values of whole chunks before the error: here all that came before it.
    for (const [total, when, chunkSize] of [
      [10, 3, 1],
      [20, 7, 2],
      [20, 7, 4],
    ] as const) {
      const results = kit.shared.imap(square, throwingItems(total, when), chunkSize);
      for (const i of range(when)) expect(await results.next()).toEqual({ done: false, value: i * i });
      await expect(results.next()).rejects.toBeInstanceOf(SayWhenError);
      expect(await results.next()).toEqual(over);
    }
  });

  const sorted = async (results: ImapResults<number>): Promise<number[]> => (await results.toArray()).sort((a, b) => a - b);

  test('test_imap_unordered', async () => {
    expect(await sorted(kit.shared.imapUnordered(square, range(10)))).toEqual(range(10).map(square));
    expect(await sorted(kit.shared.imapUnordered(square, range(1000), { chunkSize: 100 }))).toEqual(range(1000).map(square));
  });

  test('test_imap_unordered_handle_iterable_exception', async () => {
    for (let i = 0; i < 2; i++) {
      await expect(kit.shared.imapUnordered(square, throwingItems(1, -1), 1).next()).rejects.toBeInstanceOf(SayWhenError);
    }
    for (const [total, when, chunkSize] of [
      [10, 3, 1],
      [20, 7, 2],
    ] as const) {
      const outcomes = await outcomesOf(kit.shared.imapUnordered(square, throwingItems(total, when), chunkSize));
      const values = outcomes.filter((each) => typeof each === 'number').sort((a, b) => a - b);
      expect(values).toEqual(range(when).map(square));
      expect(outcomes.filter((each) => typeof each !== 'number')).toEqual([expect.any(SayWhenError)]);
    }
  });
});
