import assert from 'node:assert/strict';
import { failFirst, stayIf, type Item } from '../async-tasks.js';
import { namedError, rejection, rejectsWith, stillWorks, thrown } from '../check.js';
import type { Suite } from '../suite.js';
import { double } from '../tasks.js';

const pause = async (ms: number): Promise<number> => {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
  return ms;
};

export function mapLimitTests({ test, given }: Suite): void {
  given('parallel').test('with({ timeoutMs }) limits each item, not what would run together with it', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    // The first items are quick. They would make the chunks grow.
    const items = [...Array.from({ length: 400 }, () => 0), ...Array.from({ length: 12 }, () => 100)];
    const limited = executor.with({ timeoutMs: 900 }).with({ name: 'limited' });
    assert.deepEqual(await limited.map(pause, items).toArray(), items);
    await rejectsWith(executor.with({ timeoutMs: 30 }).map(pause, [0, 60_000]).toArray(), 'HEDDLE_TIMEOUT');
    await stillWorks(executor);
  });

  test('bufferSize: a wrong type or value is refused at the call', async (t) => {
    const executor = t.executor();
    const map = (bufferSize: unknown): unknown => executor.map(double, [1], { bufferSize: bufferSize as never });
    for (const wrong of ['foo', 2.5, NaN, {}, null])
      namedError(
        thrown(() => map(wrong)),
        'TypeError',
        /bufferSize/,
      );
    for (const wrong of [0, -1])
      namedError(
        thrown(() => map(wrong)),
        'RangeError',
        /bufferSize/,
      );
    await stillWorks(executor);
  });

  test('bufferSize: all results come, in order, for arrays, iterables and async iterables', async (t) => {
    const executor = t.executor();
    const items = Array.from({ length: 12 }, (_, i) => i);
    const expected = items.map((n) => 2 * n);
    const asyncItems = async function* (): AsyncGenerator<number> {
      await Promise.resolve();
      yield* items;
    };
    for (const bufferSize of [1, 2, 12, 24]) {
      assert.deepEqual(await executor.map(double, items, { bufferSize }).toArray(), expected);
      assert.deepEqual(await executor.map(double, new Set(items), { bufferSize }).toArray(), expected);
      assert.deepEqual(await executor.map(double, asyncItems(), { bufferSize }).toArray(), expected);
      assert.deepEqual(await executor.map(double, items, { bufferSize, chunkSize: 5 }).toArray(), expected);
      assert.deepEqual(await executor.map(double, asyncItems(), { bufferSize, chunkSize: 5 }).toArray(), expected);
      assert.deepEqual(await executor.map(double, [], { bufferSize }).toArray(), []);
    }
  });

  test('bufferSize: never more than that is taken ahead of the reader', async (t) => {
    const executor = t.executor();
    for (const bufferSize of [1, 3, 10]) {
      for (const chunkSize of [1, 2, 'auto'] as const) {
        let taken = 0;
        let read = 0;
        const count = function* (): Generator<number> {
          while (taken < 40) {
            taken += 1;
            assert.ok(
              taken - read <= bufferSize,
              `took ${String(taken)} items when ${String(read)} were read, bufferSize ${String(bufferSize)}`,
            );
            yield taken;
          }
        };
        const results = executor.map(double, count(), { bufferSize, chunkSize });
        for (;;) {
          read += 1; // the item that the loop asks for makes room
          const step = await results.next();
          if (step.done === true) break;
          assert.equal(step.value, 2 * read);
        }
        assert.equal(taken, 40);
      }
    }
  });

  test('timeoutMs: results that are there come, then TimeoutError, then nothing more', async (t) => {
    const executor = t.executor();
    const gate = t.gate();
    const items: Item[] = [0, 1, 2, 3].map((n) => ({ stays: n === 2, token: gate.token, n }));
    await executor.submit(double, 1); // after the start of a worker, the rest takes far less time than the limit
    const results = executor.map(stayIf, items, { timeoutMs: 1000, chunkSize: 1 });
    assert.deepEqual([(await results.next()).value, (await results.next()).value], [0, 1]);
    assert.match((await rejectsWith(results.next(), 'HEDDLE_TIMEOUT')).message, /1000/);
    assert.deepEqual(await results.next(), { done: true, value: undefined });
    gate.open();
    await stillWorks(executor);
  });

  test('timeoutMs: a map that is in time is let alone', async (t) => {
    assert.deepEqual(await t.executor().map(double, [1, 2, 3], { timeoutMs: 60_000 }).toArray(), [2, 4, 6]);
  });
}

/** Tests which items are cancelled when a map ends early. These tests need tasks that wait. */
export function mapCancelTests({ given }: Suite): void {
  const { test } = given('parallel');

  test('leaving the loop early cancels what has not begun', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const gate = t.gate();
    const items: Item[] = Array.from({ length: 20 }, (_, n) => ({ stays: n === 1, token: gate.token, n }));
    for await (const n of executor.map(stayIf, items, { chunkSize: 1 })) {
      assert.equal(n, 0);
      await gate.arrived(2);
      break;
    }
    gate.open();
    await stillWorks(executor);
    assert.equal(gate.arrivals, 2, 'only the first two items ran');
  });

  test('a timeout cancels what has not begun', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const gate = t.gate();
    const items: Item[] = Array.from({ length: 20 }, (_, n) => ({ stays: n === 0, token: gate.token, n }));
    const results = executor.map(stayIf, items, { chunkSize: 1, timeoutMs: 200 });
    await gate.arrived(1);
    await rejectsWith(results.next(), 'HEDDLE_TIMEOUT');
    gate.open();
    await stillWorks(executor);
    assert.equal(gate.arrivals, 1, 'only the first item ran');
  });

  test('an error cancels what has not begun', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const gate = t.gate();
    const blocker = executor.submit(t.stay, gate.token, 0);
    await gate.arrived(1);
    const second = t.gate();
    const items: Item[] = Array.from({ length: 20 }, (_, n) => ({ stays: true, token: second.token, n }));
    const results = executor.map(failFirst, items, { chunkSize: 1 });
    gate.open();
    namedError(await rejection(results.next()), 'Error', /^refused$/);
    second.open();
    await blocker;
    await stillWorks(executor);
    assert.ok(second.arrivals <= 1, `at most the item that had begun ran, not ${String(second.arrivals)}`);
  });
}
