import { describe, expect, test } from '@jest/globals';
import { InlineExecutor } from '../inline/inline-executor.js';
import { deferred, ManualExecutor } from '../test-support/manual-executor.js';
import { until } from '../test-support/observe.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const double = (n: number): number => n * 2;

describe('chunks', () => {
  test('of a fixed size are all submitted at the call', async () => {
    const executor = new ManualExecutor();
    const results = executor.map(double, range(10), { chunkSize: 3 });
    expect(executor.sizes).toEqual([3, 3, 3, 1]);
    expect(executor.reservations).toBe(0);
    await executor.runAll();
    expect(await results.toArray()).toEqual(range(10).map(double));
  });

  test('that size themselves begin small, grow by measure, and are shared out at the end', async () => {
    const executor = new ManualExecutor(2);
    const results = executor.map(double, range(1000));
    expect(executor.sizes).toEqual([1, 1, 1, 1, 1]);
    expect(executor.reservations).toBe(1);
    executor.run(0, 0.001);
    await Promise.resolve();
    await Promise.resolve();
    expect(executor.sizes.slice(0, 5)).toEqual([1, 1, 1, 1, 16]);
    await executor.runAll(0.001);
    expect(executor.reservations).toBe(0);
    expect(executor.accepted).toBeLessThan(40);
    expect(await results.toArray()).toEqual(range(1000).map(double));
  });

  test('stay large when the reader takes one result after the other', async () => {
    const executor = new InlineExecutor();
    let sum = 0;
    for await (const n of executor.map(double, new Set(range(100_000)))) sum += n;
    expect(sum).toBe(9_999_900_000);
    expect(executor.statistics().finished).toBeLessThan(4000);
  });

  test('go on while nobody reads', async () => {
    const executor = new ManualExecutor();
    let calls = 0;
    executor.map(() => (calls += 1), range(100));
    await executor.runAll(100);
    expect(calls).toBe(100);
  });

  test('may end in any order; results keep that of the items', async () => {
    const executor = new ManualExecutor();
    const results = executor.map(double, range(6), { chunkSize: 2 });
    executor.run(2);
    executor.run(1);
    executor.run(0);
    expect(await results.toArray()).toEqual(range(6).map(double));
  });

  test('unordered: as they end', async () => {
    const executor = new ManualExecutor();
    const results = executor.map(double, range(6), { chunkSize: 2, ordered: false });
    executor.run(2);
    executor.run(0);
    executor.run(0);
    expect(await results.toArray()).toEqual([8, 10, 0, 2, 4, 6]);
  });

  test('items are those of the call, whatever becomes of the array', async () => {
    const executor = new ManualExecutor();
    const items = [1, 2, 3];
    const results = executor.map(double, items, { bufferSize: 1 });
    items.fill(100);
    const all = results.toArray();
    await executor.runAll();
    expect(await all).toEqual([2, 4, 6]);
  });
});

describe('bufferSize', () => {
  test.each([1, 2, 3, 7, 100])('%p: that many are outstanding at most, and everything comes', async (bufferSize) => {
    for (const chunkSize of [1, 2, 3, 'auto'] as const) {
      for (const kind of ['array', 'iterator', 'async'] as const) {
        const executor = new ManualExecutor();
        let taken = 0;
        let read = 0;
        let most = 0;
        const note = (): void => {
          most = Math.max(most, taken - read);
        };
        const source = function* (): Generator<number> {
          for (const n of range(20)) {
            taken += 1;
            note();
            yield n;
          }
        };
        const asyncSource = async function* (): AsyncGenerator<number> {
          await Promise.resolve();
          yield* source();
        };
        const items = kind === 'array' ? range(20) : kind === 'iterator' ? source() : asyncSource();
        const results = executor.map(double, items, { bufferSize, chunkSize });
        const values: number[] = [];
        for (;;) {
          if (kind === 'array') {
            taken = read + executor.sizes.reduce((sum, size) => sum + size, 0);
            note();
          }
          read += 1;
          const step = results.next();
          await executor.runAll();
          const result = await step;
          if (result.done === true) break;
          values.push(result.value);
        }
        expect({ kind, chunkSize, values }).toEqual({ kind, chunkSize, values: range(20).map(double) });
        expect(most).toBeLessThanOrEqual(bufferSize);
      }
    }
  });

  test('iterables are read ahead by 1024 items unless told', () => {
    const executor = new ManualExecutor();
    let taken = 0;
    const endless = function* (): Generator<number> {
      for (;;) yield taken++;
    };
    executor.map(double, endless(), { chunkSize: 100 });
    expect(executor.sizes).toEqual(new Array(10).fill(100));
    expect(taken).toBe(1000);
  });
});

describe('ends', () => {
  const picky = (n: number): number => {
    if (n === 3) throw new RangeError('item 3');
    return n;
  };

  test('an error: values before it, also of its own chunk, then the error, then nothing; the rest is cancelled', async () => {
    const executor = new ManualExecutor();
    const results = executor.map(picky, range(9), { chunkSize: 2 });
    executor.run();
    executor.run();
    expect([(await results.next()).value, (await results.next()).value, (await results.next()).value]).toEqual([0, 1, 2]);
    const steps = [results.next(), results.next()];
    await expect(steps[0]).rejects.toThrow('item 3');
    expect(await steps[1]).toEqual({ done: true, value: undefined });
    expect(executor.pending.map(({ controller }) => controller.future.state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  test('a chunk whose task fails as a whole fails the map there', async () => {
    const executor = new ManualExecutor();
    const results = executor.map(double, range(4), { chunkSize: 2 });
    executor.run();
    executor.pending[0]?.controller.setException(new Error('the worker died'));
    expect([(await results.next()).value, (await results.next()).value]).toEqual([0, 2]);
    await expect(results.toArray()).rejects.toThrow('the worker died');
  });

  test('failures that nobody reads are not reported by the map: it has looked', async () => {
    const executor = new ManualExecutor();
    executor.map(picky, range(9), { chunkSize: 1 });
    await executor.runAll();
  });

  test('timeoutMs: counted from the call, told to whoever waits; what is there already still comes', async () => {
    const executor = new ManualExecutor();
    const results = executor.map(double, range(4), { chunkSize: 1, timeoutMs: 5 });
    executor.run();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await results.next()).value).toBe(0);
    await expect(results.next()).rejects.toMatchObject({ code: 'HEDDLE_TIMEOUT', message: /no result within 5 ms of the call/ });
    expect(await results.next()).toEqual({ done: true, value: undefined });
    expect(executor.pending.every(({ controller }) => controller.future.cancelled())).toBe(true);
    await expect(new ManualExecutor().map(double, [1], { timeoutMs: 0 }).next()).rejects.toMatchObject({ code: 'HEDDLE_TIMEOUT' });
  });

  test('shutdown that cancels: results there are come, then CancelledError', async () => {
    const executor = new ManualExecutor(1);
    const results = executor.map(double, range(10));
    expect(executor.sizes).toEqual([1, 1, 1]);
    executor.run();
    executor.onCancel();
    for (const { controller } of executor.pending) controller.future.cancel();
    expect((await results.next()).value).toBe(0);
    await expect(results.toArray()).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED' });
    executor.onCancel();
    expect(await results.toArray()).toEqual([]);
  });

  test('an executor that breaks: results there are come, then its own error', async () => {
    const executor = new ManualExecutor(1);
    const results = executor.map(double, range(10));
    executor.run();
    executor.onCancel(new RangeError('it broke'));
    while (executor.pending.length > 0) executor.run();
    for (const value of [0, 2, 4]) expect((await results.next()).value).toBe(value);
    await expect(results.toArray()).rejects.toThrow(new RangeError('it broke'));
  });

  test('an executor that refuses: at the call it throws, later it fails the results', async () => {
    const executor = new ManualExecutor(1);
    executor.refuse = new Error('shut down');
    expect(() => executor.map(double, [1])).toThrow('shut down');
    expect(executor.reservations).toBe(0);
    let closed = false;
    const source = function* (): Generator<number> {
      try {
        yield* range(100);
      } finally {
        closed = true;
      }
    };
    expect(() => executor.map(double, source())).toThrow('shut down');
    expect(closed).toBe(true);
    executor.refuse = undefined;
    const results = executor.map(double, source(), { chunkSize: 1, bufferSize: 2 });
    executor.run();
    executor.run();
    executor.refuse = new Error('broken now');
    expect((await results.next()).value).toBe(0);
    await expect(results.toArray()).rejects.toThrow('broken now');
  });

  test('a full queue makes it wait; one that never gets room again fails it', async () => {
    const executor = new ManualExecutor();
    executor.full = deferred();
    const { full } = executor;
    const results = executor.map(double, range(3), { chunkSize: 1 });
    expect(executor.accepted).toBe(0);
    executor.full = undefined;
    full.resolve();
    await until('the chunks', () => executor.accepted === 3);
    await executor.runAll();
    expect(await results.toArray()).toEqual([0, 2, 4]);
    executor.full = deferred();
    const failing = executor.map(double, range(3));
    executor.full.reject(new Error('broken while it waited'));
    await expect(failing.toArray()).rejects.toThrow('broken while it waited');
  });
});

describe('reading', () => {
  test('next() and toArray() may mix and overlap', async () => {
    const executor = new ManualExecutor();
    const results = executor.map(double, range(6), { chunkSize: 4 });
    const ahead = [results.next(), results.next()];
    const rest = results.toArray();
    await executor.runAll();
    expect((await Promise.all(ahead)).map(({ value }) => value as unknown)).toEqual([0, 2]);
    expect(await rest).toEqual([4, 6, 8, 10]);
  });

  test('return() answers those who wait', async () => {
    const executor = new ManualExecutor();
    const results = executor.map(double, range(3));
    const waiting = [results.next(), results.next(), results.toArray()];
    expect(await results.return?.()).toEqual({ done: true, value: undefined });
    expect(await Promise.all(waiting)).toEqual([{ done: true, value: undefined }, { done: true, value: undefined }, []]);
  });

  test('onProgress: items done after each chunk; of how many, where that is known', async () => {
    const executor = new ManualExecutor();
    const steps: unknown[] = [];
    const onProgress = (done: number, total: number | undefined): unknown => steps.push([done, total]);
    executor.map(double, range(5), { chunkSize: 2, onProgress });
    executor.map(double, new Set([1, 2]), { chunkSize: 2, onProgress });
    await executor.runAll();
    expect(steps).toEqual([
      [2, 5],
      [4, 5],
      [5, 5],
      [2, undefined],
    ]);
  });

  test('a source that leaves its own map within next() does no harm', async () => {
    const executor = new ManualExecutor();
    const holder: { results?: AsyncIterator<number> } = {};
    const source: Iterable<number> = {
      [Symbol.iterator]: () => ({
        next: () => {
          void holder.results?.return?.();
          return { done: false, value: 1 };
        },
      }),
    };
    const results = executor.map(double, source, { chunkSize: 1, bufferSize: 1 });
    holder.results = results;
    executor.run();
    expect((await results.next()).value).toBe(2);
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });
});
