import assert from 'node:assert/strict';
import { stayIf } from '../async-tasks.js';
import { namedError, rejection, rejectsWith, stillWorks, thrown } from '../check.js';
import type { Suite } from '../suite.js';
import { double, pass } from '../tasks.js';
import { warningsOf } from '../warnings.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export function mapTests({ test, given }: Suite): void {
  test('map gives what a plain map gives, in the order of the items', async (t) => {
    const executor = t.executor();
    const items = range(100);
    assert.deepEqual(
      await executor.map(double, items).toArray(),
      items.map((n) => double(n)),
    );
    const seen: number[] = [];
    for await (const n of executor.map((item: number) => item ** 2, items)) seen.push(n);
    assert.deepEqual(
      seen,
      items.map((n) => n ** 2),
    );
  });

  test('whatever the chunk size', async (t) => {
    const executor = t.executor();
    const items = range(100);
    const squares = items.map((n) => n ** 2);
    for (const chunkSize of [1, 3, 6, 40, 50, 100, 1000, 'auto'] as const) {
      assert.deepEqual(
        await executor.map((n: number) => n ** 2, items, { chunkSize }).toArray(),
        squares,
        `chunkSize ${String(chunkSize)}`,
      );
    }
  });

  test('starmap spreads each item', async (t) => {
    const items: [number, number][] = [
      [2, 5],
      [3, 2],
      [10, 3],
    ];
    assert.deepEqual(
      await t
        .executor()
        .starmap((base: number, power: number) => base ** power, items)
        .toArray(),
      [32, 9, 1000],
    );
    assert.deepEqual(
      await t
        .executor()
        .starmap((a: number, b: number) => a - b, items, { chunkSize: 2 })
        .toArray(),
      [-3, 1, 7],
    );
  });

  test('async functions are awaited, item by item', async (t) => {
    const slow = async (n: number): Promise<number> => {
      await new Promise((resolve) => setImmediate(resolve));
      return n + 1;
    };
    assert.deepEqual(
      await t.executor().map(slow, range(20), { chunkSize: 7 }).toArray(),
      range(20).map((n) => n + 1),
    );
  });

  test('a function gets the item and nothing else', async (t) => {
    assert.deepEqual(
      await t
        .executor()
        .map((...args: unknown[]) => args.length, ['a', 'b', 'c'])
        .toArray(),
      [1, 1, 1],
    );
  });

  test('no items: done at once', async (t) => {
    assert.deepEqual(await t.executor().map(double, []).toArray(), []);
    assert.deepEqual(await t.executor().map(double, new Set<number>()).next(), { done: true, value: undefined });
  });

  test('results that are undefined are results', async (t) => {
    assert.deepEqual(
      await t
        .executor()
        .map(() => undefined, [1, 2, 3])
        .toArray(),
      [undefined, undefined, undefined],
    );
  });

  test('all calls run even if nobody reads the results', async (t) => {
    const gate = t.gate();
    t.executor().starmap(
      pass,
      range(50).map((n): [typeof gate.token, number] => [gate.token, n]),
    );
    await gate.arrived(50);
  });

  test('an error comes after the results before it, and ends the iteration', async (t) => {
    const executor = t.executor();
    const picky = (n: number): number => {
      if (n === 4) throw new RangeError(`refused ${String(n)}`);
      return n;
    };
    for (const chunkSize of [1, 3, 10] as const) {
      const results = executor.map(picky, range(10), { chunkSize });
      const seen: number[] = [];
      const error = await rejection(
        (async () => {
          for await (const n of results) seen.push(n);
        })(),
      );
      namedError(error, 'RangeError', /^refused 4$/);
      assert.deepEqual(seen, [0, 1, 2, 3], `chunkSize ${String(chunkSize)}`);
      assert.deepEqual(await results.next(), { done: true, value: undefined });
    }
    await stillWorks(executor);
  });

  test('a falsy error ends it too', async (t) => {
    const raise = (n: number): number => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is about throwing anything
      if (n === 2) throw undefined;
      return n;
    };
    const results = t.executor().map(raise, [1, 2, 3]);
    assert.deepEqual(await results.next(), { done: false, value: 1 });
    assert.equal(await rejection(results.next()), undefined);
    assert.deepEqual(await results.next(), { done: true, value: undefined });
  });

  test('next() may be called ahead: answers come in order', async (t) => {
    const results = t.executor().map(double, range(5), { chunkSize: 2 });
    const steps = await Promise.all(range(7).map(() => results.next()));
    assert.deepEqual(
      steps.map((step): unknown => step.value),
      [0, 2, 4, 6, 8, undefined, undefined],
    );
    assert.deepEqual(
      steps.map((step) => step.done),
      [false, false, false, false, false, true, true],
    );
  });

  test('toArray gives what was not read yet', async (t) => {
    const results = t.executor().map(double, range(6));
    await results.next();
    await results.next();
    assert.deepEqual(await results.toArray(), [4, 6, 8, 10]);
    assert.deepEqual(await results.toArray(), []);
  });

  test('onProgress tells how far it is, and one that throws does no harm', async (t) => {
    const executor = t.executor();
    const steps: [number, number | undefined][] = [];
    await executor.map(double, range(30), { chunkSize: 10, onProgress: (done, total) => void steps.push([done, total]) }).toArray();
    assert.deepEqual(steps, [
      [10, 30],
      [20, 30],
      [30, 30],
    ]);
    const [warning] = await warningsOf('HEDDLE_CALLBACK_THREW', 1, async () => {
      const results = executor.map(double, range(3), {
        onProgress: () => {
          throw new Error('onProgress');
        },
      });
      assert.deepEqual(await results.toArray(), [0, 2, 4]);
    });
    assert.match(warning?.detail ?? '', /^Error: onProgress\n/);
  });

  test('wrong arguments and options are refused at the call, by name', async (t) => {
    const executor = t.executor();
    const map = executor.map.bind(executor) as (...args: unknown[]) => unknown;
    namedError(
      thrown(() => map('double', [1])),
      'TypeError',
      /map.*function/s,
    );
    namedError(
      thrown(() => map(double, 5)),
      'TypeError',
      /iterable/,
    );
    namedError(
      thrown(() => map(double, undefined)),
      'TypeError',
      /iterable/,
    );
    namedError(
      thrown(() => map(double, [1], { chunksize: 2 })),
      'TypeError',
      /"chunksize".*chunkSize/,
    );
    namedError(
      thrown(() => map(double, [1], { chunkSize: 0 })),
      'RangeError',
      /chunkSize/,
    );
    namedError(
      thrown(() => map(double, [1], { chunkSize: -1 })),
      'RangeError',
      /chunkSize/,
    );
    namedError(
      thrown(() => map(double, [1], { chunkSize: 'big' })),
      'TypeError',
      /chunkSize/,
    );
    namedError(
      thrown(() => map(double, [1], { ordered: 1 })),
      'TypeError',
      /ordered/,
    );
    namedError(
      thrown(() => map(double, [1], { onProgress: 1 })),
      'TypeError',
      /onProgress/,
    );
    namedError(
      thrown(() => map(double, [1], { timeoutMs: -5 })),
      'RangeError',
      /timeoutMs/,
    );
    await stillWorks(executor);
  });

  test('options of with() reach the tasks of a map', async (t) => {
    const executor = t.executor();
    const aborted = executor.with({ signal: AbortSignal.abort('before') });
    await rejectsWith(aborted.map(double, [1, 2]).toArray(), 'HEDDLE_CANCELLED');
    await stillWorks(executor);
  });

  given('parallel').test('one map after another on new executors: idle workers take over what others have not begun', async (t) => {
    for (let round = 0; round < 8; round++) {
      const executor = t.executor({ maxWorkers: 2 });
      const results = executor.map(double, range(6));
      assert.deepEqual([(await results.next()).value, (await results.next()).value], [0, 2]);
      assert.deepEqual(await results.toArray(), [4, 6, 8, 10]);
      assert.equal(executor.statistics().crashes, 0);
      await executor.shutdown();
    }
  });

  given('parallel').test('ordered: false gives results as they finish', async (t) => {
    const executor = t.executor({ maxWorkers: 2 });
    const gate = t.gate();
    const items = range(10).map((n) => ({ stays: n === 0, token: gate.token, n }));
    const results = executor.map(stayIf, items, { ordered: false, chunkSize: 1 });
    const first: unknown[] = [];
    for (let i = 0; i < 9; i++) first.push((await results.next()).value);
    assert.deepEqual([...first].sort(), range(10).slice(1));
    gate.open();
    assert.deepEqual(await results.toArray(), [0]);
  });
}
