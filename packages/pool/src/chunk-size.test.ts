/**
 * How many items run as one task: as CPython has it.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { currentTask } from '@heddle/futures';
import { chunkSizeFor } from './chunk-size.js';
import { describeEachPool, range } from './test-support/each-pool.js';

// Printed by CPython 3.11: `size, extra = divmod(length, workers * 4)`, and one more if there is an extra.
const table = [
  [0, 1, 0],
  [0, 4, 0],
  [1, 1, 1],
  [1, 4, 1],
  [2, 1, 1],
  [3, 2, 1],
  [4, 1, 1],
  [5, 1, 2],
  [7, 1, 2],
  [8, 2, 1],
  [9, 2, 2],
  [10, 4, 1],
  [15, 4, 1],
  [16, 4, 1],
  [17, 4, 2],
  [31, 2, 4],
  [32, 2, 4],
  [33, 2, 5],
  [100, 3, 9],
  [100, 4, 7],
  [1000, 4, 63],
  [1000, 7, 36],
  [999_999, 8, 31_250],
  [1_000_000, 2, 125_000],
  [1_000_000, 8, 31_250],
  [1_000_001, 8, 31_251],
] as const;

test.each(table)('%d items, %d workers: chunks of %d', (length, workers, size) => {
  expect(chunkSizeFor(length, workers)).toBe(size);
});

/** Items that ran as one task know the same task. */
function sizesOf(tasks: readonly (string | undefined)[]): number[] {
  const sizes = new Map<string | undefined, number>();
  for (const id of tasks) sizes.set(id, (sizes.get(id) ?? 0) + 1);
  return [...sizes.values()];
}

const taskId = (): string | undefined => currentTask()?.id;

describeEachPool('chunks as they are run', (kit) => {
  test.each([
    [1, 2, [1]],
    [8, 2, Array(8).fill(1)],
    [9, 2, [2, 2, 2, 2, 1]],
    [33, 2, [5, 5, 5, 5, 5, 5, 3]],
    [17, 1, [5, 5, 5, 2]],
  ])('%d items on %d workers', async (length, workers, sizes) => {
    const pool = workers === 2 ? kit.shared : kit.make(workers);
    expect(sizesOf(await pool.map(taskId, range(length)))).toEqual(sizes);
    expect(
      sizesOf(
        await pool.starmap(
          taskId,
          range(length).map(() => [] as []),
        ),
      ),
    ).toEqual(sizes);
  });

  test('unless told', async () => {
    const pool = kit.shared;
    expect(sizesOf(await pool.map(taskId, range(10), { chunkSize: 4 }))).toEqual([4, 4, 2]);
    expect(sizesOf(await pool.map(taskId, range(10), 4))).toEqual([4, 4, 2]);
    expect(sizesOf(await pool.mapAsync(taskId, range(10), 3).get())).toEqual([3, 3, 3, 1]);
    expect(sizesOf(await pool.map(taskId, range(10), { chunkSize: 1000 }))).toEqual([10]);
  });

  test('of an imap: one item, or as told; also when less than a chunk may be read ahead', async () => {
    const pool = kit.shared;
    expect(sizesOf(await pool.imap(taskId, range(5)).toArray())).toEqual([1, 1, 1, 1, 1]);
    expect(sizesOf(await pool.imap(taskId, range(95), { chunkSize: 10, bufferSize: 25 }).toArray())).toEqual([
      10, 10, 10, 10, 10, 10, 10, 10, 10, 5,
    ]);
    const sizes = sizesOf(await pool.imapUnordered(taskId, range(95), { chunkSize: 50, bufferSize: 8 }).toArray());
    expect(Math.max(...sizes)).toBe(8);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(95);
  });

  test('of any iterable: it is read whole', async () => {
    expect(sizesOf(await kit.shared.map(taskId, new Set(range(9))))).toEqual([2, 2, 2, 2, 1]);
  });
});
