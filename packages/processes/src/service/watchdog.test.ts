/**
 * The watchdog over real executors, in a time that passes when a test says so.
 *
 * @workers
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { Executor, FutureController, InlineExecutor, type ExecutorStatistics, type Future } from '@heddle/futures';
import { BaseBackend } from '@heddle/futures/authors';
import { ProcessPoolExecutor } from '@heddle/processes';
import { block, createGate, until, warningsOf, ManualClock } from '@heddle/testkit/support';
import { ExecutorPulse } from './executor-pulse.js';
import { Watchdog } from './watchdog.js';

const intervalMs = 1000;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A watchdog over executors, started; counts how often it is fed, and notes who makes it starve. */
function watch(executors: readonly Executor[], busyTimeoutMs = Infinity) {
  const clock = new ManualClock();
  const seen = {
    clock,
    feeds: 0,
    starved: [] as string[],
    stop: () => {
      watchdog.stop();
    },
  };
  const watched = executors.map((executor) => ({
    name: executor.constructor.name,
    pulse: new ExecutorPulse(executor, busyTimeoutMs, () => clock.now()),
  }));
  const watchdog = new Watchdog(intervalMs, {
    watched: () => watched,
    feed: () => {
      seen.feeds += 1;
    },
    starves: (names) => {
      seen.starved.push(names.join(', '));
    },
    startTimer: (delayMs, callback) => clock.startTimer(delayMs, callback),
  });
  watchdog.start();
  return seen;
}

/** A pool of one process, which is there and has nothing to do; and its pid. */
async function onePool(): Promise<{ pool: ProcessPoolExecutor; pid: number }> {
  const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
  cleanups.push(() => pool.killWorkers());
  const pid = await pool.submit(() => process.pid);
  await until('an idle worker', () => pool.statistics().workers.idle === 1);
  return { pool, pid };
}

function send(pid: number, signal: NodeJS.Signals): void {
  process.kill(pid, signal);
}

describe('it is fed', () => {
  test('without executors: at each beat', () => {
    const seen = watch([]);
    expect(seen.feeds).toBe(1);
    seen.clock.advanceSync(3 * intervalMs);
    expect(seen.feeds).toBe(4);
  });

  test('with an idle pool: as soon as its worker has answered', async () => {
    const { pool } = await onePool();
    const seen = watch([pool]);
    await until('the first feed', () => seen.feeds === 1); // a task has ended since the pool was made: nobody is asked
    const before = pool.statistics().finished;
    for (let beat = 1; beat <= 3; beat++) {
      seen.clock.advanceSync(intervalMs);
      expect(seen.feeds).toBe(beat);
      await until('the answer', () => seen.feeds === beat + 1);
      expect(pool.statistics().finished).toBe(before + beat);
    }
    expect(seen.starved).toEqual([]);
  });

  test('with a pool that has no workers: none is started for it', () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    cleanups.push(() => pool.shutdown());
    const seen = watch([pool]);
    seen.clock.advanceSync(2 * intervalMs);
    expect(seen.feeds).toBe(3);
    expect(pool.statistics()).toMatchObject({ workers: { starting: 0, busy: 0, idle: 0 }, finished: 0 });
  });

  test('with a pool whose workers are busy, for however long, and whose queue is long', async () => {
    const { pool } = await onePool();
    const gate = createGate(false);
    cleanups.push(() => {
      gate.dispose();
    });
    const futures = Array.from({ length: 5 }, () => pool.submit(block, gate.token, 1));
    await until('the first task to run', () => futures[0]?.running() === true && pool.statistics().workers.busy === 1);
    const seen = watch([pool]);
    seen.clock.advanceSync(1000 * intervalMs);
    expect(seen.feeds).toBe(1001);
    expect(seen.starved).toEqual([]);
    gate.open();
    await Promise.all(futures);
  });

  test('with a pool whose worker was killed: another takes its place', async () => {
    const { pool, pid } = await onePool();
    const seen = watch([pool]);
    await until('the first feed', () => seen.feeds === 1);
    send(pid, 'SIGKILL');
    for (let beat = 1; beat <= 5; beat++) {
      seen.clock.advanceSync(intervalMs);
      await until('the answer', () => seen.feeds === beat + 1);
    }
    expect(seen.starved).toEqual([]);
    expect(await pool.submit(() => process.pid)).not.toBe(pid);
  });

  test('with one that was shut down, and with one that runs tasks in the caller', async () => {
    const { pool } = await onePool();
    await pool.shutdown();
    const seen = watch([pool, new InlineExecutor()]);
    for (let beat = 1; beat <= 3; beat++) {
      await until('the feed', () => seen.feeds === beat);
      seen.clock.advanceSync(intervalMs);
    }
    expect(seen.starved).toEqual([]);
  });
});

describe('it is not fed', () => {
  test('while an idle worker does not answer; told once, and fed the moment it does', async () => {
    const { pool, pid } = await onePool();
    const seen = watch([pool, new InlineExecutor()]);
    await until('the first feed, and an idle worker', () => seen.feeds === 1 && pool.statistics().workers.idle === 1);
    send(pid, 'SIGSTOP');
    cleanups.push(() => {
      send(pid, 'SIGCONT');
    });
    seen.clock.advanceSync(5 * intervalMs);
    expect(seen).toMatchObject({ feeds: 1, starved: ['ProcessPoolExecutor'] });
    expect(pool.statistics().queued).toBe(1); // asked once, not at each beat
    send(pid, 'SIGCONT');
    await until('the feed', () => seen.feeds === 2);
    seen.clock.advanceSync(intervalMs);
    await until('the feed, and an idle worker', () => seen.feeds === 3 && pool.statistics().workers.idle === 1);
    send(pid, 'SIGSTOP');
    seen.clock.advanceSync(2 * intervalMs);
    expect(seen).toMatchObject({ feeds: 3, starved: ['ProcessPoolExecutor', 'ProcessPoolExecutor'] });
  });

  test('when all workers are busy for longer than busyTimeoutMs without one task ending', async () => {
    const { pool } = await onePool();
    const gate = createGate(false);
    cleanups.push(() => {
      gate.dispose();
    });
    const future = pool.submit(block, gate.token, 1);
    await until('the task to run', () => future.running() && pool.statistics().workers.busy === 1);
    const seen = watch([pool], 3 * intervalMs);
    seen.clock.advanceSync(3 * intervalMs);
    expect(seen).toMatchObject({ feeds: 4, starved: [] });
    seen.clock.advanceSync(5 * intervalMs);
    expect(seen).toMatchObject({ feeds: 4, starved: ['ProcessPoolExecutor'] });
    gate.open();
    await future;
    seen.clock.advanceSync(intervalMs / 2);
    expect(seen.feeds).toBe(5);
  });

  test('with a pool that is broken', async () => {
    await warningsOf('HEDDLE_BROKEN', 1, async () => {
      const pool = new ProcessPoolExecutor({
        maxWorkers: 1,
        initializer: () => {
          throw new Error('no licence');
        },
      });
      cleanups.push(() => pool.shutdown());
      await pool.submit(() => 1).exception();
      const seen = watch([pool]);
      seen.clock.advanceSync(2 * intervalMs);
      expect(seen).toMatchObject({ feeds: 0, starved: ['ProcessPoolExecutor'] });
    });
  });

  test('once it was stopped; no timer is left', async () => {
    const { pool } = await onePool();
    const seen = watch([pool]);
    await until('the first feed', () => seen.feeds === 1);
    seen.clock.advanceSync(intervalMs);
    seen.stop();
    expect(seen.clock.timers).toBe(0);
    await pool.submit(() => 1); // after the answer
    expect(seen.feeds).toBe(1);
  });
});

describe('between two beats', () => {
  /** A backend whose facts are given. */
  class ToldBackend extends BaseBackend {
    readonly parallelism = 1;
    readonly asked: FutureController<unknown>[] = [];
    workers = { starting: 0, busy: 0, idle: 1, stopping: 0 };

    schedule(): Future<unknown> {
      const controller = new FutureController<unknown>('probe');
      this.asked.push(controller);
      return controller.future;
    }

    shutdown(): Promise<void> {
      return Promise.resolve();
    }

    statistics(): ExecutorStatistics {
      return { ...new InlineExecutor().statistics(), workers: this.workers };
    }
  }

  test('a worker that was asked and became busy before it could answer: fed half an interval later', () => {
    const executor = new ToldBackend();
    const seen = watch([new Executor(executor)]);
    expect(seen.feeds).toBe(0);
    expect(executor.asked).toHaveLength(1);
    executor.workers = { ...executor.workers, busy: 1, idle: 0 };
    seen.clock.advanceSync(intervalMs / 2);
    expect(seen).toMatchObject({ feeds: 1, starved: [] });
  });

  test('a late answer: fed at once, so that two feeds are never further apart than two beats', async () => {
    const executor = new ToldBackend();
    const seen = watch([new Executor(executor)]);
    seen.clock.advanceSync(intervalMs - 1);
    expect(seen.feeds).toBe(0);
    executor.asked[0]?.setException(new Error('failures are answers, too'));
    await until('the feed', () => seen.feeds === 1);
  });
});
