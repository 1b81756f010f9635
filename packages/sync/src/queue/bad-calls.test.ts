/** What is wrong with a call of a queue is said at the call, or by the promise that it returns; the queue is as it was. */
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from '@heddle/sync';
import { failureOf } from '@heddle/testkit/support';

type Limits = { timeoutMs?: number } | undefined;

const queue = new Queue<number>({ maxSize: 1 });
const simple = new SimpleQueue<number>();
queue.tryPut(1);
afterAll(() => {
  expect(inspect(queue)).toBe('Queue { size: 1, unfinished: 1, shutDown: false, waiting: 0 }');
});

describe.each<[name: string, call: (options: Limits) => Promise<unknown>]>([
  ['Queue.put', (options) => queue.put(2, options)],
  ['Queue.get', (options) => queue.get(options)],
  ['Queue.join', (options) => queue.join(options)],
  ['SimpleQueue.get', (options) => simple.get(options)],
])('%s', (name, call) => {
  test.each<[options: unknown, error: typeof TypeError, message: string]>([
    [{ timeoutMs: -1 }, RangeError, 'timeoutMs must be 0 or more milliseconds, got -1'],
    [{ timeoutMs: NaN }, RangeError, 'timeoutMs must be 0 or more milliseconds, got NaN'],
    [{ signal: 1 }, TypeError, 'signal must be an AbortSignal, got 1'],
    [{ block: false }, TypeError, 'unknown option "block"'],
    [5, TypeError, 'options must be an object, got 5'],
  ])('%p is refused', async (options, error, message) => {
    const failure = await failureOf(call(options as Limits));
    expect(failure).toBeInstanceOf(error);
    expect(failure.message).toContain(`${name}: ${message}`);
  });

  test('with a signal that has aborted it fails at once', async () => {
    expect(await failureOf(call({ signal: AbortSignal.abort('why') } as Limits))).toMatchObject({
      code: 'HEDDLE_ABORTED',
      reason: 'why',
      message: `${name} was aborted`,
    });
  });
});

test.each<[name: string, call: (timeoutMs: number) => unknown]>([
  [
    'Queue.putSync',
    (timeoutMs) => {
      queue.putSync(2, timeoutMs);
    },
  ],
  ['Queue.getSync', (timeoutMs) => queue.getSync(timeoutMs)],
  [
    'Queue.joinSync',
    (timeoutMs) => {
      queue.joinSync(timeoutMs);
    },
  ],
  ['SimpleQueue.getSync', (timeoutMs) => simple.getSync(timeoutMs)],
])('%s: bad time limits', (name, call) => {
  expect(() => call(-1)).toThrow(`${name}: timeoutMs must be 0 or more milliseconds, got -1`);
  expect(() => call(NaN)).toThrow(RangeError);
  expect(() => call('1' as never)).toThrow(TypeError);
});

test('blocking that could never end', () => {
  const forEver = /would block this thread for ever: no other thread has this/;
  expect(() => {
    queue.putSync(2);
  }).toThrow(forEver);
  expect(() => {
    queue.joinSync();
  }).toThrow(forEver);
  expect(() => new LifoQueue().getSync()).toThrow('LifoQueue.getSync would block this thread for ever');
  expect(() => simple.getSync()).toThrow(expect.objectContaining({ code: 'HEDDLE_INVALID_STATE' }));
});

test.each<[what: string, call: () => unknown, error: typeof TypeError, message: string]>([
  ['a queue of nothing', () => new Queue({ maxSize: 0 }), RangeError, 'Queue: maxSize must be a whole number of at least 1, got 0'],
  ['a queue of less', () => new LifoQueue({ maxSize: -1 }), RangeError, 'LifoQueue: maxSize must be a whole number of at least 1, got -1'],
  ['a queue of half an item', () => new PriorityQueue({ maxSize: 0.5 }), RangeError, 'PriorityQueue: maxSize must be'],
  ['a size that is none', () => new Queue({ maxSize: '3' as never }), TypeError, 'Queue: maxSize must be a whole number, got "3"'],
  ["Python's spelling", () => new Queue({ maxsize: 3 } as never), TypeError, 'Queue: unknown option "maxsize"; did you mean "maxSize"?'],
  ['a priority where there is none', () => new Queue({ priority: () => 1 } as never), TypeError, 'Queue: unknown option "priority"'],
  [
    'a priority that is no function',
    () => new PriorityQueue({ priority: 1 as never }),
    TypeError,
    'PriorityQueue: priority must be a function, got 1',
  ],
  ['options that are none', () => new Queue(5 as never), TypeError, 'Queue: options must be an object, got 5'],
  [
    'shutdown with something else',
    () => {
      queue.shutdown({ now: true } as never);
    },
    TypeError,
    'Queue.shutdown: unknown option "now"',
  ],
  [
    'immediate that is no boolean',
    () => {
      queue.shutdown({ immediate: 1 as never });
    },
    TypeError,
    'Queue.shutdown: immediate must be a boolean, got 1',
  ],
  [
    'an item without a priority',
    () => new PriorityQueue<string>().tryPut('a'),
    TypeError,
    'PriorityQueue: an item\'s priority must be a number, got "a"; put numbers, or [number, value], or tell: new PriorityQueue({ priority: (item) => ... })',
  ],
  [
    'an item with the priority NaN',
    () => new PriorityQueue<number>().tryPut(NaN),
    TypeError,
    "an item's priority must be a number, got NaN",
  ],
])('%s', (_what, call, error, message) => {
  expect(call).toThrow(error);
  expect(call).toThrow(message);
});

test('what the priority function throws comes out', async () => {
  const failing = new PriorityQueue<number>({
    priority: () => {
      throw new Error('odd');
    },
  });
  await expect(failing.put(1)).rejects.toThrow('odd');
  expect(failing.qsize()).toBe(0);
});
