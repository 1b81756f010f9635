import assert from 'node:assert/strict';
import { namedError, rejection } from '../check.js';
import type { Suite } from '../suite.js';
import { double } from '../tasks.js';

/** Counts the items that are asked for, and notes that the iterator was closed. */
class Source {
  taken = 0;
  closed = false;

  *endless(): Generator<number> {
    try {
      for (;;) yield this.taken++;
    } finally {
      this.closed = true;
    }
  }

  async *endlessAsync(): AsyncGenerator<number> {
    try {
      for (;;) {
        await Promise.resolve();
        yield this.taken++;
      }
    } finally {
      this.closed = true;
    }
  }

  *failing(after: number): Generator<number> {
    while (this.taken < after) yield this.taken++;
    throw new Error('the source');
  }

  async *failingAsync(after: number): AsyncGenerator<number> {
    await Promise.resolve();
    yield* this.failing(after);
  }
}

export function mapSourceTests({ test }: Suite): void {
  test('any iterable will do: sets, strings, generators, typed arrays', async (t) => {
    const executor = t.executor();
    assert.deepEqual(await executor.map(double, new Set([1, 2, 3])).toArray(), [2, 4, 6]);
    assert.deepEqual(await executor.map((c: string) => c.toUpperCase(), 'abc').toArray(), ['A', 'B', 'C']);
    assert.deepEqual(await executor.map(double, new Float64Array([0.5, 1])).toArray(), [1, 2]);
    const few = function* (): Generator<number> {
      yield* [5, 6];
    };
    assert.deepEqual(await executor.map(double, few()).toArray(), [10, 12]);
    const none: Iterable<number> = { [Symbol.iterator]: () => ({ next: () => ({ done: true, value: undefined }) }) };
    assert.deepEqual(await executor.map(double, none).toArray(), []);
  });

  test('async iterables too, whatever the chunk size', async (t) => {
    const executor = t.executor();
    const items = async function* (): AsyncGenerator<number> {
      for (let i = 0; i < 25; i++) {
        if (i % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
        yield i;
      }
    };
    const expected = Array.from({ length: 25 }, (_, i) => 2 * i);
    for (const chunkSize of [1, 4, 100, 'auto'] as const)
      assert.deepEqual(await executor.map(double, items(), { chunkSize }).toArray(), expected);
    const pairs = async function* (): AsyncGenerator<[number, number]> {
      yield await Promise.resolve<[number, number]>([6, 7]);
    };
    assert.deepEqual(await executor.starmap((a: number, b: number) => a * b, pairs()).toArray(), [42]);
  });

  test('an endless iterable gives results as they are read; leaving the loop closes it', async (t) => {
    const executor = t.executor();
    for (const kind of ['endless', 'endlessAsync'] as const) {
      const source = new Source();
      const seen: number[] = [];
      for await (const n of executor.map(double, source[kind]())) {
        seen.push(n);
        if (seen.length === 3) break;
      }
      assert.deepEqual(seen, [0, 2, 4], kind);
      await t.until('the source to be closed', () => source.closed);
      const { taken } = source;
      await executor.submit(double, 1);
      assert.equal(source.taken, taken, 'nothing more is taken from a source that was left');
    }
  });

  test('a source that throws: the results before come first', async (t) => {
    const executor = t.executor();
    for (const chunkSize of [1, 2, 10, 'auto'] as const) {
      for (const kind of ['failing', 'failingAsync'] as const) {
        const results = executor.map(double, new Source()[kind](3), { chunkSize });
        const seen: number[] = [];
        const error = await rejection(
          (async () => {
            for await (const n of results) seen.push(n);
          })(),
        );
        namedError(error, 'Error', /^the source$/);
        assert.deepEqual(seen, [0, 2, 4], `${kind}, chunkSize ${String(chunkSize)}`);
        assert.deepEqual(await results.next(), { done: true, value: undefined });
      }
    }
  });

  test('an error in a task closes the source', async (t) => {
    const picky = (n: number): number => {
      if (n === 5) throw new Error('refused');
      return n;
    };
    const source = new Source();
    namedError(await rejection(t.executor().map(picky, source.endless(), { bufferSize: 4 }).toArray()), 'Error', /^refused$/);
    await t.until('the source to be closed', () => source.closed);
  });
}
