/**
 * Tasks and workers as they come and go: states, cancelling, moving, priorities, limits, names.
 *
 * @workers
 */
import * as workerThreads from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { failureOf, until } from '@heddle/testkit/support';
import { Thread, ThreadPoolExecutor } from '@heddle/threads';
import { block, pass } from './test-support/latch.js';
import { identity, warm, withPool } from './test-support/with-pool.js';

const numbers = Array.from({ length: 50 }, (_, i) => i);
const workerOf = async (): Promise<number> => (await import('@heddle/futures')).currentTask()!.workerId;

/** Makes batches grow: from now on many tasks are sent at a time. */
async function growWindow(pool: Parameters<typeof warm>[0]): Promise<void> {
  await Promise.all(Array.from({ length: 500 }, (_, i) => pool.submit(identity, i)));
}

describe('states and cancel', () => {
  test('are exact for queued, sent, running and finished tasks', async () => {
    await withPool({ maxWorkers: 1 }, async (pool, latch) => {
      await growWindow(pool);
      const [gate, trace] = [latch(), latch()];
      const running = pool.submit(block, gate.words, 'running');
      await gate.arrived(1);
      const waiting = numbers.map((n) => pool.submit(pass, trace.words, n));
      expect([running.state, running.running(), running.cancel()]).toEqual(['running', true, false]);
      expect(waiting.map(({ state }) => state)).toEqual(numbers.map(() => 'pending'));
      await new Promise((resolve) => setImmediate(resolve)); // those that are sent with the tick are sent
      const odd = waiting.filter((_, i) => i % 2 === 1);
      expect(odd.map((future) => future.cancel('why'))).toEqual(odd.map(() => true));
      expect(odd.every((future) => future.cancelled() && future.cancel())).toBe(true);
      gate.open();
      expect(await running).toBe('running');
      expect([running.state, running.cancel()]).toEqual(['finished', false]);
      for (const [i, future] of waiting.entries()) {
        if (i % 2 === 0) expect(await future).toBe(i);
        else expect(await failureOf(future)).toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
      }
      expect(trace.arrivals).toBe(25); // none that was cancelled ran
      expect(pool.statistics()).toMatchObject({ cancelled: 25, queued: 0 });
    });
  });

  test('a cancelled one is done before the call returns', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const future = pool.submit(identity, 1);
      let called = false;
      future.addDoneCallback(() => {
        called = true;
      });
      expect([future.cancel(), future.state, future.done(), called]).toEqual([true, 'cancelled', true, true]);
      expect((await failureOf(future)).message).toMatch(/task "identity" was cancelled before it ran/);
    });
  });
});

describe('a task that does not end', () => {
  test('does not hold the tasks that were sent behind it: a free worker has them', async () => {
    await withPool({ maxWorkers: 2, minWorkers: 2 }, async (pool, latch) => {
      await growWindow(pool);
      const gate = latch();
      const first = numbers.slice(0, 10).map((n) => pool.submit(identity, n));
      const stuck = pool.submit(block, gate.words, 'stuck');
      const rest = numbers.map((n) => pool.submit(identity, n));
      await gate.arrived(1);
      expect(await Promise.all([...first, ...rest])).toEqual([...numbers.slice(0, 10), ...numbers]);
      expect(stuck.state).toBe('running');
      gate.open();
      expect(await stuck).toBe('stuck');
    });
  });

  test('nor when the free worker is still to be started', async () => {
    await withPool({ maxWorkers: 2 }, async (pool, latch) => {
      await growWindow(pool);
      const gate = latch();
      const stuck = pool.submit(block, gate.words, 'stuck');
      const rest = numbers.map((n) => pool.submit(identity, n));
      expect(await Promise.all(rest)).toEqual(numbers);
      expect(stuck.state).toBe('running');
      gate.open();
      await stuck;
    });
  });

  test('its results of before are told', async () => {
    await withPool({ maxWorkers: 1 }, async (pool, latch) => {
      await growWindow(pool);
      const gate = latch();
      const before = numbers.map((n) => pool.submit(identity, n));
      const stuck = pool.submit(block, gate.words, 'stuck');
      expect(await Promise.all(before)).toEqual(numbers);
      gate.open();
      await stuck;
    });
  });
});

test('priorities: the larger goes first, equals in order', async () => {
  await withPool({ maxWorkers: 1 }, async (pool, latch) => {
    const gate = latch();
    const busy = pool.submit(block, gate.words, 'busy');
    await gate.arrived(1);
    const order = new Int32Array(new SharedArrayBuffer(64));
    const note = (words: Int32Array, n: number): void => {
      words[Atomics.add(words, 0, 1) + 1] = n;
    };
    const priorities = [0, 5, -1, 5, 0, 10];
    const futures = priorities.map((priority, i) => pool.with({ priority }).submit(note, order, i));
    gate.open();
    await Promise.all([busy, ...futures]);
    expect([...order.subarray(1, 7)]).toEqual([5, 1, 3, 0, 4, 2]);
  });
});

describe('workers', () => {
  test('are called by the prefix and their number, and start on demand', async () => {
    await withPool({ maxWorkers: 2, threadNamePrefix: 'Spindle' }, async (pool) => {
      expect(pool.statistics().workers).toEqual({ starting: 0, busy: 0, idle: 0, stopping: 0 });
      expect(await failureOf(pool.submit(() => process.exit(1)))).toMatchObject({ workerName: 'Spindle_0' });
      expect(await failureOf(pool.submit(() => process.exit(1)))).toMatchObject({ workerName: 'Spindle_1' });
      for (let i = 0; i < 20; i++) expect(await pool.submit(workerOf)).toBe(2);
    });
  });

  test('have the same names as threads of Node, which debuggers show', async () => {
    const ownName = async (): Promise<string | undefined> => ((await import('node:worker_threads')) as { threadName?: string }).threadName;
    const shown = 'threadName' in workerThreads; // from Node 22 on
    await withPool({ maxWorkers: 1, threadNamePrefix: 'Spindle' }, async (pool) => {
      expect(await pool.submit(ownName)).toBe(shown ? 'Spindle_0' : undefined);
    });
    const thread = new Thread({ target: ownName, name: 'Loom' });
    thread.start();
    expect(await thread.result()).toBe(shown ? 'Loom' : undefined);
  });

  test('minWorkers are there without tasks, and stay', async () => {
    await withPool({ maxWorkers: 3, minWorkers: 2, idleTimeoutMs: 0 }, async (pool) => {
      await until('two idle workers', () => pool.statistics().workers.idle === 2);
      await Promise.all(numbers.map((n) => pool.submit(identity, n)));
      await until('the third to go, if it came', () => pool.statistics().workers.idle === 2 && pool.statistics().workers.stopping === 0);
      expect(await failureOf(pool.submit(() => process.exit(1)))).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
      await until('the dead to be replaced', () => pool.statistics().workers.idle === 2);
    });
  });

  test('minWorkers are not refilled by the last task of a shutdown, though it wore its worker out', async () => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 1, minWorkers: 1, maxTasksPerWorker: 1 });
    const last = pool.submit(identity, 1);
    await pool.shutdown();
    expect(await last).toBe(1);
    expect(pool.statistics().workers).toEqual({ starting: 0, busy: 0, idle: 0, stopping: 0 });
  });

  test('idleTimeoutMs lets the idle go; they come again for tasks', async () => {
    await withPool({ maxWorkers: 2, idleTimeoutMs: 10 }, async (pool) => {
      await warm(pool);
      await until('the idle to go', () => Object.values(pool.statistics().workers).every((count) => count === 0));
      await warm(pool);
      expect(pool.statistics().crashes).toBe(0);
    });
  });

  test('maxTasksPerWorker replaces them', async () => {
    await withPool({ maxWorkers: 1, maxTasksPerWorker: 3 }, async (pool) => {
      const ids = await Promise.all(Array.from({ length: 10 }, () => pool.submit(workerOf)));
      expect([...ids].sort((a, b) => a - b)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3]);
      expect(pool.statistics().crashes).toBe(0);
    });
  });

  test('maxTasksPerWorker: a task on a worker that gets no more may still wait for tasks of its own', async () => {
    await withPool({ maxWorkers: 1, maxTasksPerWorker: 1 }, async (pool) => {
      const parent = async (n: number): Promise<number> => {
        const { currentExecutor } = await import('@heddle/futures');
        const child = currentExecutor()!.submit(async (m: number): Promise<number> => {
          const { currentExecutor: current } = await import('@heddle/futures');
          return 1 + (await current()!.submit((k: number) => k + 1, m));
        }, n);
        return 1 + (await child);
      };
      expect(await Promise.all([pool.submit(parent, 0), pool.submit(parent, 10)])).toEqual([3, 13]);
      await until('the workers to be gone', () => Object.values(pool.statistics().workers).every((count) => count === 0));
    });
  });

  test('maxQueueSize: one more is refused on its future, and there is room again afterwards', async () => {
    await withPool({ maxWorkers: 1, maxQueueSize: 2 }, async (pool, latch) => {
      const gate = latch();
      const accepted = [0, 1, 2].map((n) => pool.submit(block, gate.words, n));
      const refused = pool.submit(identity, 3);
      const failure = await failureOf(refused);
      expect(failure).toMatchObject({ name: 'QueueFullError', code: 'HEDDLE_QUEUE_FULL' });
      expect(failure.message).toMatch(/task "identity" was not accepted: .*1 workers and a queue of 2.*use map/);
      gate.open();
      expect(await Promise.all(accepted)).toEqual([0, 1, 2]);
      expect(await pool.map(identity, numbers).toArray()).toEqual(numbers);
      await warm(pool);
    });
  });
});
