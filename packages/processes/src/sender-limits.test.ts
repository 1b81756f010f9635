/**
 * What the other side of a channel would refuse to read: it travels otherwise, or fails its task; no worker is lost.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { failureOf, identity } from '@heddle/testkit/support';
import { withPool } from './test-support/with-pool.js';

function causes(length: number): Error {
  let error = new Error('first');
  for (let i = 0; i < length; i++) error = new Error('next', { cause: error });
  return error;
}

test('holes by the million, long chains of causes, deep values, in both directions', async () => {
  await withPool({ maxWorkers: 1 }, async (pool) => {
    const pid = await pool.submit(() => process.pid);
    const holey: unknown[] = [];
    holey[20_000_000] = 'last';
    const there = pool.submit(
      (...arrays: unknown[][]) => arrays.map((each) => [each.length, each[20_000_000], Object.keys(each).length]),
      holey,
      holey,
    );
    const together = Promise.all([1, 2, 3].map(() => pool.submit((array: unknown[]) => array.length, holey)));
    expect(await there).toEqual([
      [20_000_001, 'last', 1],
      [20_000_001, 'last', 1],
    ]);
    expect(await together).toEqual([20_000_001, 20_000_001, 20_000_001]);
    const back = await pool.submit(() => Object.assign([] as unknown[], { 4_294_967_294: 'last' }));
    expect([back.length, Object.entries(back)]).toEqual([2 ** 32 - 1, [['4294967294', 'last']]]);

    for (const length of [899, 900, 5000]) {
      const [error] = await Promise.all([pool.submit(identity, causes(length)), pool.submit(identity, 1)]);
      expect(error).toMatchObject({ message: 'next', cause: { message: 'next' } });
    }
    expect(
      await failureOf(
        pool.submit((error: Error) => {
          throw error;
        }, causes(900)),
      ),
    ).toMatchObject({ message: 'next', cause: { message: 'next' } });

    let bare: object = {};
    for (let i = 0; i < 950; i++) bare = Object.assign(Object.create(null) as object, { bare });
    const failure = await failureOf(pool.submit(identity, bare));
    expect(failure).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: expect.stringMatching(/^args\[0\]\.bare\.bare/) });
    expect(failure.message).toMatch(/more than 1450 levels deep.*flatten it/);
    const result = await failureOf(
      pool.submit(() => {
        let made: object = {};
        for (let i = 0; i < 950; i++) made = Object.assign(Object.create(null) as object, { made });
        return made;
      }),
    );
    expect(result).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: expect.stringMatching(/^result\.made\.made/) });

    expect(await pool.submit(() => process.pid)).toBe(pid);
    expect(pool.statistics().crashes).toBe(0);
  });
});
