/** @workers */
import { describe, expect, test } from '@jest/globals';
import { failureOf } from '@heddle/testkit/support';
import { Thread, Timer } from '@heddle/threads';
import { Latch, block } from './test-support/latch.js';
import { leavingNoThread } from './test-support/leaving-no-thread.js';

describe('Timer', () => {
  test(
    'waits, then runs its function with its arguments',
    leavingNoThread(async () => {
      const timer = new Timer(50, (a: number, b: number) => a + b, [1, 2]);
      expect(timer).toBeInstanceOf(Thread);
      const startedAt = performance.now();
      timer.start();
      expect([timer.isAlive(), await timer.join(1)]).toEqual([true, false]);
      expect(await timer.result()).toBe(3);
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
      expect(timer.cancel()).toBe(false);
    }),
  );

  test(
    'its time runs while this thread is busy',
    leavingNoThread(async () => {
      const words = new Int32Array(new SharedArrayBuffer(4));
      const timer = new Timer(
        20,
        (each: typeof words) => {
          Atomics.store(each, 0, 1);
          Atomics.notify(each, 0);
        },
        [words],
      );
      timer.start();
      expect(Atomics.wait(words, 0, 0, 20_000)).not.toBe('timed-out');
      expect(timer.joinSync()).toBe(true);
    }),
  );

  test(
    'cancelled while it waits: it ends at once, and the function is not called',
    leavingNoThread(async () => {
      const latch = new Latch();
      const timer = new Timer(Infinity, block<number>, [latch.words, 1]);
      timer.start();
      expect(await timer.join(20)).toBe(false);
      expect([timer.cancel(), timer.cancel()]).toEqual([true, true]);
      expect(await timer.result()).toBeUndefined();
      expect([timer.isAlive(), latch.arrivals]).toEqual([false, 0]);
    }),
  );

  test(
    'cancelled before it is started',
    leavingNoThread(async () => {
      const timer = new Timer(2 ** 40, () => 1);
      expect(timer.cancel()).toBe(true);
      timer.start();
      expect(await timer.result()).toBeUndefined();
    }),
  );

  test(
    'cancelled too late: the function goes on',
    leavingNoThread(async () => {
      const latch = new Latch();
      const timer = new Timer(0, block<string>, [latch.words, 'done']);
      timer.start();
      await latch.arrived(1);
      expect(timer.cancel()).toBe(false);
      latch.open();
      expect(await timer.result()).toBe('done');
    }),
  );

  test(
    'is a thread: name, daemon, errors',
    leavingNoThread(async () => {
      const timer = new Timer(
        1,
        function ring() {
          throw new RangeError('x');
        },
        [],
        { daemon: true },
      );
      expect(timer.name).toMatch(/^Thread-\d+ \(ring\)$/);
      expect([timer.daemon, new Timer(1, () => 1, undefined, { name: 'bell' }).name]).toEqual([true, 'bell']);
      timer.start();
      expect(await failureOf(timer.result())).toEqual(new RangeError('x'));
      expect(() => {
        timer.start();
      }).toThrow(expect.objectContaining({ code: 'HEDDLE_INVALID_STATE' }));
    }),
  );

  test.each<[args: unknown[], error: Error]>([
    [[NaN, () => 1], new RangeError('Timer: delayMs must be 0 or more milliseconds, got NaN')],
    [[-1, () => 1], new RangeError('Timer: delayMs must be 0 or more milliseconds, got -1')],
    [['1', () => 1], new TypeError('Timer: delayMs must be a number of milliseconds, got "1"')],
    [[1], new TypeError('Timer: fn must be a function, got undefined')],
    [[1, () => 1, 'ab'], new TypeError('Timer: args must be an array, got "ab"')],
    [[1, () => 1, [], { nam: 1 }], new TypeError('Thread: unknown option "nam"; did you mean "name"?')],
  ])('%p', (args, error) => {
    expect(() => new Timer(...(args as [number, () => number]))).toThrow(error);
  });
});
