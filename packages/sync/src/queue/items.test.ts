/**
 * What goes through queues, and how it comes out.
 *
 * @workers
 */
import { createSecretKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Event, Lock, Queue } from '@heddle/sync';
import { failureOf } from '@heddle/testkit/support';
import { counters, threadsOfFile, untilWaiting } from '../test-support/crews.js';

const threads = threadsOfFile();

class Unknown {
  n = 1;
}

const ring: Record<string, unknown> = { name: 'ring' };
ring['self'] = ring;
const shared = { n: 1 };

const items: [what: string, item: unknown][] = [
  ['numbers', [0, -0, 1.5, -1, NaN, Infinity, 2 ** 53]],
  ['other primitives', [undefined, null, true, false, 2n ** 70n]],
  ['texts', ['', 'a', 'ä', '€', '🧵', '\ud800 alone', 'x'.repeat(100_000), '"quoted"\n']],
  ['plain objects', [{}, { a: 1, b: { c: [1, 'two', null, { d: true }] } }, [], [[[]]], { '': 0, __proto__x: 1 }]],
  [
    'what JSON would lose',
    [{ u: undefined }, [undefined], { n: -0 }, { n: NaN }, Object.defineProperty({}, 'computed', { get: () => 5, enumerable: true })],
  ],
  [
    'more than is plain',
    [Array.from({ length: 1000 }, (_, i) => i), Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`key${i}`, i]))],
  ],
  ['Maps, Sets, Dates, regular expressions', [new Map([[1, new Set(['x'])]]), new Date(5), /a+/g]],
  ['binary data', [new Uint8Array([1, 2, 3]), Buffer.from('abc'), new Float64Array(10_000).fill(1.5), new ArrayBuffer(8)]],
  ['errors', [new RangeError('no', { cause: new TypeError('why') })]],
];

describe('in one thread, and across', () => {
  test.each(items)('%s', async (_what, item) => {
    const queue = new Queue<unknown>();
    const echo = new Queue<unknown>();
    const echoing = threads[0]!.run(async () => {
      echo.putSync(queue.getSync());
      echo.putSync(await queue.get());
    });
    for (let i = 0; i < 2; i++) {
      await queue.put(item);
      expect(await echo.get()).toEqual(item);
    }
    await echoing;
    queue.putSync(item);
    const got = queue.getSync();
    expect(got).toEqual(item);
    if (typeof item === 'object') expect(got).not.toBe(item);
  });

  test('what is one object stays one, in rings too', async () => {
    const queue = new Queue<unknown>();
    await queue.put(ring);
    await queue.put({ a: shared, b: shared });
    const gotRing = (await queue.get()) as Record<string, unknown>;
    expect(gotRing['self']).toBe(gotRing);
    const { a, b } = (await queue.get()) as Record<string, unknown>;
    expect(a).toBe(b);
  });

  test('a getter is called once', async () => {
    const queue = new Queue<unknown>();
    let called = 0;
    await queue.put({
      get n() {
        return ++called;
      },
    });
    expect([await queue.get(), called]).toEqual([{ n: 1 }, 1]);
  });

  test('later changes of what was put in do not reach it', async () => {
    const queue = new Queue<{ n: number }>();
    const item = { n: 1 };
    await queue.put(item);
    item.n = 2;
    expect(await queue.get()).toEqual({ n: 1 });
  });

  test('functions, with what they capture', async () => {
    const queue = new Queue<(n: number) => number>();
    const offset = 40;
    await queue.put((n) => n + offset);
    await queue.put(Math.max);
    expect(await threads[0]!.run(async () => [(await queue.get())(2), queue.getSync()(1)])).toEqual([42, 1]);
  });
});

describe('what threads share', () => {
  test('memory, locks and queues are the same where they come out', async () => {
    const queue = new Queue<unknown>();
    const words = counters(1);
    const [lock, replies] = [new Lock(), new Queue<number>()];
    queue.putSync({ words, lock, replies });
    await threads[0]!.run(async () => {
      const {
        words: there,
        lock: theirs,
        replies: answers,
      } = (await queue.get()) as { words: Int32Array; lock: Lock; replies: Queue<number> };
      theirs.acquireSync();
      there[0] = 7;
      answers.putSync(8);
    });
    expect([words[0], lock.locked(), await replies.get()]).toEqual([7, true, 8]);
  });

  test('for who blocks, for who came before, and from thread to thread', async () => {
    const queue = new Queue<Event>({ maxSize: 2 });
    const waiter = threads[0]!.run(() => {
      queue.getSync().set();
    });
    const other = threads[1]!.run(async () => {
      (await queue.get()).set();
    });
    await untilWaiting(queue, 2);
    const [a, b, c] = [new Event(), new Event(), new Event()];
    await threads[2]!.run(async () => {
      await queue.put(a);
      queue.putSync(b);
    });
    expect(await a.wait()).toBe(true);
    expect(await b.wait()).toBe(true);
    await Promise.all([waiter, other]);
    expect(queue.tryPut(c)).toBe(true);
    expect(queue.tryGet()?.item).toBe(c);
  });

  test('of a thread that has ended since', async () => {
    const queue = new Queue<Int32Array>();
    await threads[3]!.run(() => {
      queue.putSync(new Int32Array(new SharedArrayBuffer(4)).fill(3));
    });
    await threads[3]!.terminate();
    expect([...(await queue.get())]).toEqual([3]);
  });

  test('keys, which are no bytes either', async () => {
    const queue = new Queue<unknown>();
    const key = createSecretKey(Buffer.from('secret'));
    await queue.put({ key });
    expect(await threads[0]!.run(async () => ((await queue.get()) as { key: { type: string } }).key.type)).toBe('secret');
  });
});

describe('what can not travel is refused when it is put in, and not in it', () => {
  test.each<[what: string, make: () => unknown, message: string]>([
    ['an instance', () => ({ list: [new Unknown()] }), 'item.list[0]: an instance of Unknown would arrive as a plain object'],
    ['a promise', () => Promise.resolve(1), "item: a Promise can't travel; await it first"],
    ['a symbol', () => ({ s: Symbol('mine') }), "item.s: a symbol (Symbol(mine)) can't travel"],
    ['a port', () => new MessageChannel().port1, 'item: a MessagePort can only be moved'],
  ])('%s', async (_what, make, message) => {
    const queue = new Queue<unknown>();
    expect(await failureOf(queue.put(make()))).toMatchObject({
      code: 'HEDDLE_SERIALIZATION',
      message: expect.stringContaining(message) as unknown,
    });
    expect(() => queue.tryPut(make())).toThrow(message);
    expect(() => {
      queue.putSync(make());
    }).toThrow(message);
    expect(queue.qsize()).toBe(0);
  });
});
