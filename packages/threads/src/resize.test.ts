/**
 * resize(): how many workers there may be, changed while they are idle, busy, starting, and waiting for tasks of their own.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import type { WorkerCounts } from '@heddle/futures';
import { failureOf, until } from '@heddle/testkit/support';
import type { ThreadPoolExecutor } from '@heddle/threads';
import { block, pass } from './test-support/latch.js';
import { identity, warm, withPool } from './test-support/with-pool.js';

const numbers = Array.from({ length: 50 }, (_, i) => i);
const workerOf = async (): Promise<number> => (await import('@heddle/futures')).currentTask()!.workerId;

const workers = (pool: ThreadPoolExecutor): WorkerCounts => pool.statistics().workers;
const count = (pool: ThreadPoolExecutor): number => {
  const { starting, busy, idle, stopping } = workers(pool);
  return starting + busy + idle + stopping;
};

/** Occupies `busy` workers; all that may be are there then. */
async function occupy(
  pool: ThreadPoolExecutor,
  busy: number,
  latch: { words: Int32Array<SharedArrayBuffer>; arrived(n: number): Promise<void> },
) {
  const futures = Array.from({ length: busy }, (_, i) => pool.submit(block, latch.words, i));
  await latch.arrived(busy);
  return futures;
}

describe('lower', () => {
  test('surplus idle workers go at once', async () => {
    await withPool({ maxWorkers: 4, minWorkers: 1 }, async (pool, latch) => {
      const gate = latch();
      const running = await occupy(pool, 4, gate);
      gate.open();
      await Promise.all(running);
      await until('all to be idle', () => workers(pool).idle === 4);
      pool.resize(1);
      expect(pool.parallelism).toBe(1);
      expect(workers(pool)).toMatchObject({ idle: 1, stopping: 3 });
      await until('three to be gone', () => count(pool) === 1);
      await warm(pool);
      expect(pool.statistics()).toMatchObject({ state: 'open', crashes: 0, failed: 0 });
    });
  });

  test('busy ones go when they have finished what they run; what waits goes to those that stay', async () => {
    await withPool({ maxWorkers: 3 }, async (pool, latch) => {
      await Promise.all(Array.from({ length: 500 }, (_, i) => pool.submit(identity, i))); // batches have grown
      const [gate, trace] = [latch(), latch()];
      const running = await occupy(pool, 3, gate);
      const waiting = numbers.map((n) => pool.submit(pass, trace.words, n));
      await new Promise((resolve) => setImmediate(resolve)); // what can be sent is sent
      pool.resize(1);
      expect(workers(pool).busy).toBe(3);
      expect(running.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
      gate.open();
      expect(await Promise.all(running)).toEqual([0, 1, 2]);
      expect(await Promise.all(waiting)).toEqual(numbers);
      expect(trace.arrivals).toBe(numbers.length); // each once
      await until('two to be gone', () => count(pool) === 1);
      const ids = await Promise.all(numbers.map(() => pool.submit(workerOf)));
      expect(new Set(ids).size).toBe(1);
    });
  });

  test('of some that are busy and some that are idle, the idle go', async () => {
    await withPool({ maxWorkers: 3 }, async (pool, latch) => {
      const [first, second] = [latch(), latch()];
      const two = await occupy(pool, 2, first);
      const one = await occupy(pool, 1, second);
      first.open();
      await Promise.all(two);
      pool.resize(1);
      await until('the idle to be gone', () => count(pool) === 1);
      expect(workers(pool).busy).toBe(1);
      second.open();
      await Promise.all(one);
      await warm(pool);
    });
  });

  test('workers that are starting are not waited for', async () => {
    await withPool({ maxWorkers: 4, minWorkers: 1 }, async (pool) => {
      const futures = numbers.map((n) => pool.submit(identity, n));
      await new Promise((resolve) => setImmediate(resolve));
      expect(workers(pool).starting).toBe(4);
      pool.resize(1);
      expect(await Promise.all(futures)).toEqual(numbers);
      await until('the others to be gone', () => count(pool) === 1);
      expect(pool.statistics()).toMatchObject({ crashes: 0, failed: 0, state: 'open' });
    });
  });

  test('a worker whose task waits for tasks of its own: they run on those that stay, and it goes afterwards', async () => {
    await withPool({ maxWorkers: 2 }, async (pool, latch) => {
      const gate = latch();
      const parent = async (words: Int32Array<SharedArrayBuffer>): Promise<number> => {
        const { currentExecutor } = await import('@heddle/futures');
        const child = currentExecutor()!.submit((each: Int32Array<SharedArrayBuffer>) => {
          Atomics.add(each, 1, 1);
          Atomics.wait(each, 0, 0, 30_000);
          return 20;
        }, words);
        return 1 + (await child);
      };
      const futures = [pool.submit(parent, gate.words), pool.submit(parent, gate.words)];
      await gate.arrived(2);
      pool.resize(1);
      gate.open();
      expect(await Promise.all(futures)).toEqual([21, 21]);
      await until('one to be gone', () => count(pool) === 1);
    });
  });

  test('a surplus worker that dies fails what it ran, and is not replaced', async () => {
    await withPool({ maxWorkers: 2, minWorkers: 1 }, async (pool, latch) => {
      const gate = latch();
      const dying = [1, 2].map(() =>
        pool.submit((words: Int32Array<SharedArrayBuffer>) => {
          Atomics.add(words, 1, 1);
          Atomics.wait(words, 0, 0, 30_000);
          process.exit(3);
        }, gate.words),
      );
      await gate.arrived(2);
      pool.resize(1);
      gate.open();
      for (const future of dying) expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_WORKER_DIED', exitCode: 3 });
      await until('a replacement', () => workers(pool).idle === 1);
      expect(count(pool)).toBe(1);
    });
  });
});

describe('raise', () => {
  test('tasks that wait get new workers at once', async () => {
    await withPool({ maxWorkers: 1 }, async (pool, latch) => {
      const gate = latch();
      const futures = [0, 1, 2].map((n) => pool.submit(block, gate.words, n));
      await gate.arrived(1);
      pool.resize(3);
      await gate.arrived(3);
      gate.open();
      expect(await Promise.all(futures)).toEqual([0, 1, 2]);
    });
  });

  test('so do those that were already sent behind one that does not end', async () => {
    await withPool({ maxWorkers: 1 }, async (pool, latch) => {
      await Promise.all(Array.from({ length: 500 }, (_, i) => pool.submit(identity, i)));
      const gate = latch();
      const stuck = pool.submit(block, gate.words, 'stuck');
      const behind = numbers.map((n) => pool.submit(identity, n));
      await gate.arrived(1);
      pool.resize(2);
      expect(await Promise.all(behind)).toEqual(numbers);
      gate.open();
      await stuck;
    });
  });

  test('those that were to go and still work stay after all', async () => {
    await withPool({ maxWorkers: 2 }, async (pool, latch) => {
      const [gate, next] = [latch(), latch()];
      const running = await occupy(pool, 2, gate);
      pool.resize(1);
      pool.resize(2);
      gate.open();
      await Promise.all(running);
      const again = await occupy(pool, 2, next);
      next.open();
      await Promise.all(again);
      expect(new Set(await Promise.all(numbers.map(() => pool.submit(workerOf))))).not.toContain(2); // no third was started
      expect(count(pool)).toBe(2);
    });
  });

  test('a map that is under way keeps as many busy', async () => {
    await withPool({ maxWorkers: 1 }, async (pool, latch) => {
      const [first, rest] = [latch(), latch()];
      const items = numbers.map((n) => [n === 0 ? first.words : rest.words, n] as [typeof rest.words, number]);
      const mapped = pool.starmap(block<number>, items).toArray();
      await first.arrived(1);
      pool.resize(4);
      first.open();
      await rest.arrived(4);
      rest.open();
      expect(await mapped).toEqual(numbers);
    });
  });

  test('a full queue has room for more', async () => {
    await withPool({ maxWorkers: 1, maxQueueSize: 0 }, async (pool, latch) => {
      const gate = latch();
      const running = await occupy(pool, 1, gate);
      expect(await failureOf(pool.submit(identity, 1))).toMatchObject({ code: 'HEDDLE_QUEUE_FULL' });
      const mapped = pool.map(identity, numbers, { bufferSize: 1 }).toArray(); // waits for room
      pool.resize(2);
      expect(await mapped).toEqual(numbers);
      gate.open();
      await Promise.all(running);
    });
  });
});

test('many times, while tasks run: none is lost, none runs twice', async () => {
  await withPool({ maxWorkers: 2 }, async (pool, latch) => {
    const trace = latch();
    const total = 2000;
    const futures = [];
    for (let i = 0; i < total; i++) {
      if (i % 20 === 0) {
        pool.resize(1 + ((i / 20) % 4));
        await new Promise((resolve) => setImmediate(resolve));
      }
      futures.push(pool.submit(pass, trace.words, i));
    }
    pool.resize(1);
    expect(await Promise.all(futures)).toEqual(Array.from({ length: total }, (_, i) => i));
    expect(trace.arrivals).toBe(total);
    await until('one to be left', () => count(pool) === 1);
    expect(pool.statistics()).toMatchObject({ crashes: 0, failed: 0, finished: total });
  });
});

test('after shutdown what was accepted goes on with the new number', async () => {
  await withPool({ maxWorkers: 1 }, async (pool, latch) => {
    const gate = latch();
    const futures = [0, 1].map((n) => pool.submit(block, gate.words, n));
    await gate.arrived(1);
    await pool.shutdown({ wait: false });
    pool.resize(2);
    await gate.arrived(2);
    gate.open();
    expect(await Promise.all(futures)).toEqual([0, 1]);
    await pool.shutdown();
    pool.resize(3);
    expect(pool.parallelism).toBe(3);
  });
});

test.each([
  [0, RangeError, 'resize: maxWorkers must be greater than 0, got 0'],
  [1.5, RangeError, 'resize: maxWorkers must be a whole number, got 1.5'],
  ['2', TypeError, 'resize: maxWorkers must be a whole number, got "2"'],
  [undefined, TypeError, 'resize: maxWorkers must be a whole number, got undefined'],
  [1, RangeError, 'resize: maxWorkers must be at least minWorkers (2), got 1'],
])('%p is refused', async (value, type, message) => {
  await withPool({ maxWorkers: 3, minWorkers: 2 }, async (pool) => {
    const resize = (): void => {
      pool.resize(value as number);
    };
    expect(resize).toThrow(type);
    expect(resize).toThrow(message);
    expect(pool.parallelism).toBe(3);
    await warm(pool);
  });
});
