/**
 * What imap does beyond CPython's: it reads as it is read, takes what comes with time, and goes on after an error.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { block, failureOf, hold, identity, until, type GateToken } from '@heddle/testkit/support';
import { describeEachPool, outcomesOf, range, square } from './test-support/each-pool.js';

/** Numbers from 0 without end, and what became of them. */
function naturals(): { items: Generator<number, void>; state: { read: number; isClosed: boolean } } {
  const state = { read: 0, isClosed: false };
  function* count(): Generator<number, void> {
    try {
      for (;;) yield state.read++;
    } finally {
      state.isClosed = true;
    }
  }
  return { items: count(), state };
}

const atOdd = (n: number): number => {
  if (n % 2 === 1) throw new RangeError(`odd: ${String(n)}`);
  return n;
};

describeEachPool('imap', (kit) => {
  const { make, gate } = kit;

  test('reads bufferSize items ahead of what was read, and not one more', async () => {
    const { items, state } = naturals();
    const results = kit.shared.imap(square, items, { bufferSize: 5 });
    expect(state.read).toBe(5); // at the call: tasks run before anybody reads
    for (const i of range(20)) {
      expect(await results.next()).toEqual({ done: false, value: i * i });
      expect(state.read).toBeLessThanOrEqual(i + 6);
    }
    await results.return?.();
    expect(state.read).toBeLessThanOrEqual(25);
  });

  test('by default 1024, or four chunks for each worker', async () => {
    const pool = kit.shared;
    const [few, many] = [naturals(), naturals()];
    const fewResults = pool.imap(identity<number>, few.items);
    expect(few.state.read).toBe(1024);
    const manyResults = pool.imapUnordered(identity<number>, many.items, 500);
    expect(many.state.read).toBe(4000);
    await Promise.all([fewResults.return?.(), manyResults.return?.()]);
  });

  test('leaving the loop closes the source and cancels what has not begun', async () => {
    const entry = gate();
    const pool = make(1);
    const { items, state } = naturals();
    for await (const value of pool.imap(identity<number>, items, { bufferSize: 10 })) if (value === 3) break;
    expect(state.isClosed).toBe(true);
    const busy = pool.applyAsync(block<number>, [entry.token, 1]);
    await until('the worker to be busy', () => entry.arrivals === 1);
    const results = pool.imap(block as (token: GateToken) => unknown, Array<GateToken>(50).fill(entry.token), { bufferSize: 100 });
    await results.return?.();
    expect(await results.next()).toEqual({ done: true, value: undefined });
    entry.open();
    pool.close();
    await pool.join();
    expect(await busy.get()).toBe(1);
    expect(entry.arrivals).toBe(1);
  });

  test.each([1, 2, 3, 50])('an error stands where its item does, and the rest follows: chunks of %d', async (chunkSize) => {
    const pool = kit.shared;
    const expected = range(10).map((n) =>
      n % 2 === 1 ? expect.objectContaining({ name: 'RangeError', message: `odd: ${String(n)}` }) : n,
    );
    expect(await outcomesOf(pool.imap(atOdd, range(10), chunkSize))).toEqual(expected);
    const unordered = await outcomesOf(pool.imapUnordered(atOdd, range(10), chunkSize));
    const key = (each: unknown): number => (typeof each === 'number' ? each : Number((each as Error).message.slice(5)));
    expect(unordered.sort((a, b) => key(a) - key(b))).toEqual(expected);
  });

  test('an item that can not travel is an error in its place', async () => {
    class Unregistered {
      readonly x = 1;
    }
    const outcomes = await outcomesOf(kit.shared.imap(identity<unknown>, [1, new Unregistered(), 3]));
    expect(outcomes).toEqual([1, expect.objectContaining({ code: 'HEDDLE_SERIALIZATION', path: 'items[0]' }), 3]);
  });

  test('of an async iterable: items run as they come, also those that are no whole chunk yet', async () => {
    let give: (n: number | undefined) => void = () => undefined;
    async function* source(): AsyncGenerator<number> {
      for (;;) {
        const n = await new Promise<number | undefined>((resolve) => {
          give = resolve;
        });
        if (n === undefined) return;
        yield n;
      }
    }
    const pool = kit.shared;
    for (const chunkSize of [1, 10]) {
      const results = pool.imap(square, source(), chunkSize);
      for (const n of range(3)) {
        const next = results.next();
        give(n); // the source gives the next item only when there is a result of the one before
        expect(await next).toEqual({ done: false, value: n * n });
      }
      give(undefined);
      expect(await results.next()).toEqual({ done: true, value: undefined });
    }
  });

  test('an async iterable that fails: what came before, then its error', async () => {
    async function* source(): AsyncGenerator<number> {
      yield* range(5);
      throw new RangeError('the source');
    }
    expect(await outcomesOf(kit.shared.imap(square, source(), 2))).toEqual([
      0,
      1,
      4,
      9,
      16,
      expect.objectContaining({ message: 'the source' }),
    ]);
  });

  test('an iterator that breaks the protocol is an error, not a crash', async () => {
    const broken = { [Symbol.iterator]: () => ({ next: () => undefined as never }) };
    expect(await outcomesOf(kit.shared.imap(square, broken))).toEqual([expect.any(TypeError)]);
  });

  test('an async iterable is read ahead within the same bound', async () => {
    const { items, state } = naturals();
    async function* source(): AsyncGenerator<number> {
      yield* items;
    }
    const results = kit.shared.imap(square, source(), { bufferSize: 4 });
    for (const i of range(10)) {
      expect(await results.next()).toEqual({ done: false, value: i * i });
      expect(state.read).toBeLessThanOrEqual(i + 6);
    }
    await results.return?.();
    await until('the source to be closed', () => state.isClosed);
  });

  test('unordered: what is there first comes first', async () => {
    const [first, second] = [gate(), gate()];
    const results = kit.shared.imapUnordered(hold as (token: GateToken) => Promise<unknown>, [first.token, second.token]);
    const unordered = results.next();
    await until('both to run', () => first.arrivals + second.arrivals === 2);
    second.open();
    await unordered;
    await expect(results.next(0)).rejects.toMatchObject({ code: 'HEDDLE_TIMEOUT' });
    first.open();
    await results.next();
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  test('next(timeoutMs): the result is left for the next who asks', async () => {
    const entry = gate();
    const results = kit.shared.imap(hold as (token: GateToken) => Promise<unknown>, [entry.token]);
    await expect(results.next(20)).rejects.toMatchObject({ code: 'HEDDLE_TIMEOUT' });
    await expect(results.next(0)).rejects.toMatchObject({ code: 'HEDDLE_TIMEOUT' });
    entry.open();
    expect(await results.next(10_000)).toEqual({ done: false, value: undefined });
    expect(await results.next(0)).toEqual({ done: true, value: undefined });
  });

  test('several may ask at once: results go out in the order of the questions', async () => {
    const results = kit.shared.imap(square, range(5));
    const steps = await Promise.all(range(6).map(async () => results.next()));
    expect(steps.map(({ value }) => value as unknown)).toEqual([0, 1, 4, 9, 16, undefined]);
  });

  test('close, join, and only then read, as in Python: join runs what nobody reads, with the bound on what runs', async () => {
    const pool = make(2);
    let read = 0;
    function* items(): Generator<number> {
      for (; read < 500; read++) yield read;
    }
    const results = pool.imap(square, items(), { bufferSize: 10 });
    const unordered = pool.imapUnordered(square, range(300), { bufferSize: 10, chunkSize: 7 });
    expect(read).toBe(9);
    pool.close();
    await pool.join();
    expect(read).toBe(500);
    expect(await results.toArray()).toEqual(range(500).map(square));
    expect(await unordered.toArray()).toHaveLength(300);
  });

  test('after close, the items behind an error in the last chunk still run', async () => {
    const pool = make(1);
    const results = pool.imap(atOdd, range(4), 4);
    pool.close();
    expect(await outcomesOf(results)).toEqual([0, expect.any(Error), 2, expect.any(Error)]);
  });

  test('after close, what was accepted is read on', async () => {
    const pool = make(2);
    const results = pool.imap(square, range(100), { bufferSize: 3 });
    pool.close();
    expect(await results.toArray()).toEqual(range(100).map(square));
    await pool.join();
  });

  test('the error of a for await ends the loop; close and join still end', async () => {
    const pool = make(1);
    const values: number[] = [];
    expect(
      await failureOf(
        (async () => {
          for await (const value of pool.imap(atOdd, range(200), { bufferSize: 2 })) values.push(value);
        })(),
      ),
    ).toMatchObject({ message: 'odd: 1' });
    expect(values).toEqual([0]);
    pool.close();
    await pool.join();
  });

  test('terminate ends it: what ran, what waited, what was not read', async () => {
    const entry = gate();
    const pool = make(1);
    const state = { isClosed: false };
    function* tokens(): Generator<GateToken> {
      try {
        for (;;) yield entry.token;
      } finally {
        state.isClosed = true;
      }
    }
    const results = pool.imap(block as (token: GateToken) => unknown, tokens(), { bufferSize: 3 });
    await until('one to run', () => entry.arrivals === 1);
    await pool.terminate();
    const codes = (await outcomesOf(results)).map((each) => (each as { code: string }).code);
    expect(codes).toEqual(['HEDDLE_ABORTED', 'HEDDLE_CANCELLED', 'HEDDLE_CANCELLED', 'HEDDLE_CANCELLED']);
    expect(state.isClosed).toBe(true);
    expect(entry.arrivals).toBe(1);
  });
});
