/**
 * `with({ timeoutMs })` and chunks. The conformance suite has maps without a chunkSize.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { failureOf } from '@heddle/testkit/support';
import { withPool } from './test-support/with-pool.js';

test('with a chunkSize each chunk is limited', async () => {
  await withPool({ maxWorkers: 1 }, async (pool) => {
    const pause = async (ms: number): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return ms;
    };
    const items = Array.from({ length: 12 }, () => 100);
    expect(await failureOf(pool.with({ timeoutMs: 600 }).map(pause, items, { chunkSize: 12 }).toArray())).toMatchObject({
      code: 'HEDDLE_TIMEOUT',
    });
    expect(await pool.with({ timeoutMs: 600 }).map(pause, items, { chunkSize: 1 }).toArray()).toEqual(items);
  });
});
