/** Tests `stream`: generators on workers. */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { namedError, rejection, rejectsWith, sameData, stillWorks, thrown } from '../check.js';
import type { GateToken } from '../gate.js';
import type { Suite } from '../suite.js';
import { pass } from '../tasks.js';

export function streamTests({ test, given }: Suite): void {
  const { test: testCopies } = given('isolated');
  const { test: testSuspending } = given('parallel', 'suspends');

  test('stream: a generator, an async one, and a function that returns an iterable', async (t) => {
    const executor = t.executor();
    function* upTo(count: number): Generator<number> {
      for (let i = 0; i < count; i++) yield i;
    }
    const seen: number[] = [];
    for await (const value of executor.stream(upTo, 100)) seen.push(value);
    assert.deepEqual(seen, [...upTo(100)]);
    assert.deepEqual(
      await executor
        .stream(
          async function* (a: string, b: string) {
            yield a;
            yield await Promise.resolve(b);
          },
          'a',
          'b',
        )
        .toArray(),
      ['a', 'b'],
    );
    assert.deepEqual(await executor.stream((count: number) => Array.from({ length: count }, (_, i) => i), 3).toArray(), [0, 1, 2]);
    assert.deepEqual(await executor.stream(async () => await Promise.resolve(['later'])).toArray(), ['later']);
    assert.deepEqual(await executor.stream(() => []).toArray(), []);
  });

  test('stream: next() gives what the generator returned, once', async (t) => {
    const results = t.executor().stream(function* () {
      yield 1;
      return 'all';
    });
    const steps = [await results.next(), await results.next(), await results.next()];
    sameData(steps, [
      { done: false, value: 1 },
      { done: true, value: 'all' },
      { done: true, value: undefined },
    ]);
  });

  test('stream: calls of next that overlap are answered in turn', async (t) => {
    const results = t.executor().stream(function* () {
      yield 1;
      yield 2;
    });
    const steps = await Promise.all([results.next(), results.next(), results.next()]);
    assert.deepEqual(
      steps.map(({ value }) => value),
      [1, 2, undefined],
    );
  });

  test('stream: an error comes after the values before it', async (t) => {
    const executor = t.executor();
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const value of executor.stream(function* () {
        for (let i = 0; i < 50; i++) yield i;
        throw new RangeError('at fifty');
      }))
        seen.push(value);
    };
    namedError(await rejection(read()), 'RangeError', /at fifty/);
    assert.equal(seen.length, 50);
    await stillWorks(executor);
  });

  test('stream: falsy errors, and falsy values', async (t) => {
    const results = t.executor().stream(function* () {
      yield undefined;
      yield 0;
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is about throwing anything
      throw undefined;
    });
    assert.deepEqual([(await results.next()).value, (await results.next()).value], [undefined, 0]);
    assert.equal(await rejection(results.next()), undefined);
  });

  given('captures').test('stream: a generator runs ahead by no more than a few dozen values', async (t) => {
    const executor = t.executor();
    const gate = t.gate();
    const results = executor.stream(function* (token: GateToken) {
      for (let i = 0; ; i++) yield pass(token, i);
    }, gate.token);
    for (let i = 0; i < 3; i++) assert.equal((await results.next()).value, i);
    for (let i = 0; i < 300; i++) await turn(); // enough time for far more values
    assert.ok(gate.arrivals <= 45, `${String(gate.arrivals)} values were made`);
    await results.return();
    assert.deepEqual(await results.next(), { done: true, value: undefined });
    await stillWorks(executor);
  });

  given('captures').test('stream: leaving the loop stops the generator, and its finally runs', async (t) => {
    const executor = t.executor();
    const gate = t.gate();
    const endless = async function* (token: GateToken): AsyncGenerator<number> {
      try {
        for (let i = 0; ; i++) yield await Promise.resolve(i);
      } finally {
        pass(token, 0);
      }
    };
    for await (const value of executor.stream(endless, gate.token)) if (value === 100) break;
    assert.equal(gate.arrivals, 1, 'the loop is left when the generator has ended');
    await stillWorks(executor);
  });

  test('stream: leaving it before it began', async (t) => {
    const executor = t.executor();
    const results = executor.stream(function* () {
      yield 1;
    });
    await results.return();
    assert.deepEqual(await results.next(), { done: true, value: undefined });
    await stillWorks(executor);
  });

  test('stream: an endless generator that never waits can be stopped', async (t) => {
    const executor = t.executor();
    let last = -1;
    for await (const value of executor.stream(function* () {
      for (let i = 0; ; i++) yield i;
    })) {
      last = value;
      if (value === 10_000) break;
    }
    assert.equal(last, 10_000);
    await stillWorks(executor);
  });

  test('stream: its options are those of the view', async (t) => {
    const executor = t.executor();
    const aborter = new AbortController();
    const results = executor.with({ signal: aborter.signal, name: 'numbers' }).stream(async function* () {
      for (let i = 0; ; i++) yield await Promise.resolve(i);
    });
    await results.next();
    aborter.abort('enough');
    const read = async (): Promise<void> => {
      for await (const value of results) assert.equal(typeof value, 'number');
    };
    const error = await rejectsWith(read(), 'HEDDLE_ABORTED');
    assert.match(error.message, /numbers/);
    await stillWorks(executor);
  });

  test('stream: what is wrong with the call is thrown by it', async (t) => {
    const executor = t.executor();
    namedError(
      thrown(() => executor.stream(3 as never)),
      'TypeError',
      /stream: the task must be a function/,
    );
    namedError(await rejection(executor.stream((() => 5) as never).next()), 'TypeError', /return something to iterate/);
    await executor.shutdown();
    assert.match(
      (
        thrown(() =>
          executor.stream(function* () {
            yield 1;
          }),
        ) as Error
      ).message,
      /shutdown/,
    );
  });

  test('stream: a slow consumer loses nothing', async (t) => {
    let expected = 0;
    for await (const value of t.executor().stream(function* () {
      for (let i = 0; i < 500; i++) yield i;
    })) {
      if (value % 50 === 0) await turn();
      assert.equal(value, expected++);
    }
    assert.equal(expected, 500);
  });

  testSuspending('stream: while it stands still, its worker does other work', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    let sum = 0;
    for await (const value of executor.stream(function* () {
      for (let i = 1; i <= 100; i++) yield i;
    })) {
      sum += await executor.submit((n: number) => n * 2, value);
    }
    assert.equal(sum, 10_100);
  });

  testSuspending('stream: one stream feeds another on the same worker', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const numbers = executor.stream(function* () {
      for (let i = 0; i < 200; i++) yield i;
    });
    const squares = executor.map((n: number) => n * n, numbers, { bufferSize: 10 });
    let sum = 0;
    for await (const square of squares) sum += square;
    assert.equal(sum, 2_646_700);
  });

  testCopies('stream: the arguments are those of the call', async (t) => {
    const list = [1, 2];
    const results = t.executor().stream((items: number[]) => items, list);
    list.push(3);
    assert.deepEqual(await results.toArray(), [1, 2]);
  });

  testCopies('stream: a value that cannot travel comes as an error, after those before it, and the generator is stopped', async (t) => {
    const executor = t.executor();
    const results = executor.stream(function* () {
      yield 1;
      yield 2;
      yield { at: { bad: new WeakMap() } } as never;
    });
    const seen: unknown[] = [];
    const read = async (): Promise<void> => {
      for await (const value of results) seen.push(value);
    };
    const error = await rejectsWith(read(), 'HEDDLE_SERIALIZATION');
    assert.match(error.message, /\.at\.bad.*WeakMap/);
    assert.deepEqual(seen, [1, 2]);
    await stillWorks(executor);
  });

  testCopies('stream: values of classes of the language travel as ever', async (t) => {
    const stream = t.executor().stream(function* (n: number) {
      yield new Map([[n, 3]]).get(n) ?? 0;
      yield new Set([n]).size;
    }, 2);
    assert.deepEqual(await stream.toArray(), [3, 1]);
  });

  given('isolated', 'captures').test('stream: captures travel as ever', async (t) => {
    const scale = { factor: 3 };
    const stream = t.executor().stream(function* (n: number) {
      yield n * scale.factor;
    }, 2);
    assert.deepEqual(await stream.toArray(), [6]);
  });
}
