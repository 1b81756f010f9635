/** The first worker of a pool starts while the caller still looks at the first task. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { BrokenExecutor } from '@heddle/futures';
import { turn } from '@heddle/testkit/support';
import { FakePool } from '../test-support/fake-pool.js';
import { warningCodes } from '../test-support/warnings.js';

let warnings: string[];
beforeEach(() => {
  warnings = warningCodes();
});

/** An argument that notes how many workers there were when it was looked at. */
function witness(fake: FakePool): { seen: number[]; argument: object } {
  const seen: number[] = [];
  const argument = {
    get field() {
      seen.push(fake.workers.length);
      return 1;
    },
  };
  return { seen, argument };
}

describe('the first submit', () => {
  test('starts a worker before it looks at the arguments', () => {
    const fake = new FakePool();
    const { seen, argument } = witness(fake);
    fake.submit(argument).catch(() => undefined);
    expect(seen[0]).toBe(1);
  });

  test('starts one, and the other tasks of the tick as many more as they need', async () => {
    const fake = new FakePool({ maxWorkers: 3 });
    fake.submit(1).catch(() => undefined);
    expect(fake.workers).toHaveLength(1);
    await fake.send([2, 3, 4]);
    expect(fake.workers).toHaveLength(3);
  });

  test('starts none for a task whose signal has aborted', async () => {
    const fake = new FakePool();
    const future = fake.submit(1, { signal: AbortSignal.abort() });
    await turn();
    expect([future.cancelled(), fake.workers.length]).toEqual([true, 0]);
  });

  test('of a pool that can start none fails the future, and does not throw', async () => {
    const fake = new FakePool();
    fake.refusal = new Error('bad option: --nonsense');
    const future = fake.submit(1);
    expect(await future.exception()).toBeInstanceOf(BrokenExecutor);
    expect(fake.pool.statistics()).toMatchObject({ state: 'broken', queued: 0, refused: 1 });
    expect(() => fake.submit(2)).toThrow(BrokenExecutor);
    await turn();
    expect(warnings).toEqual(['HEDDLE_BROKEN']);
  });

  test('whose task is refused leaves a worker for the next', async () => {
    const fake = new FakePool();
    const { argument } = { argument: { symbol: Symbol('no') } };
    expect(String(await fake.submit(argument).exception())).toMatch(/symbol/);
    expect(fake.pool.statistics()).toMatchObject({ refused: 1, queued: 0 });
    const [future] = await fake.submitAll([2]);
    expect(fake.workers).toHaveLength(1);
    fake.worker(0).ready().work();
    expect(future?.resultSync()).toBe(2);
  });
});
