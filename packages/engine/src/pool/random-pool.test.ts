/**
 * Pools whose callers and workers do things at random. Whatever they do:
 *
 * - every future settles, and nothing is left behind;
 * - no task is begun twice;
 * - a value that arrives is the task's own.
 */
import { beforeEach, expect, test } from '@jest/globals';
import { BrokenExecutor, CancelledError, WorkerDiedError, AbortError, type Future } from '@heddle/futures';
import { turn } from '@heddle/testkit/support';
import { FakePool } from '../test-support/fake-pool.js';
import type { FakeWorker, SentTask } from '../test-support/fake-worker.js';
import { warningCodes } from '../test-support/warnings.js';

beforeEach(() => {
  warningCodes();
});

/** Numbers below `limit`, the same for a seed (mulberry32). */
function randomOf(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

class RandomPool {
  readonly fake: FakePool;
  readonly futures: Future<unknown>[] = [];
  readonly #random: (limit: number) => number;
  readonly #begun = new Map<unknown, number>();
  /** What each worker runs: the last holds its slot, the others are suspended. */
  readonly #running = new Map<FakeWorker, SentTask[]>();
  readonly #ready = new Set<FakeWorker>();

  constructor(seed: number) {
    this.#random = randomOf(seed);
    const idleTimeoutMs = this.#random(2) === 0 ? Infinity : 20;
    const limit = this.#random(3) === 0 ? { maxTasksPerWorker: 5 } : {};
    this.fake = new FakePool({ maxWorkers: 1 + this.#random(4), minWorkers: this.#random(2), idleTimeoutMs, ...limit });
  }

  #any<T>(list: readonly T[]): T | undefined {
    return list[this.#random(list.length || 1)];
  }

  #runningOn(worker: FakeWorker): SentTask[] {
    let tasks = this.#running.get(worker);
    if (tasks === undefined) this.#running.set(worker, (tasks = []));
    return tasks;
  }

  #submit(): void {
    const value = this.futures.length;
    const options = this.#random(4) === 0 ? { priority: this.#random(3) } : {};
    const future = this.fake.submit(value, options);
    future.catch(() => undefined);
    if (this.#random(10) === 0)
      future.addDoneCallback(() => {
        if (this.#random(2) === 0) this.#any(this.futures)?.cancel();
      });
    this.futures.push(future);
  }

  #begin(worker: FakeWorker): void {
    const tasks = this.#runningOn(worker);
    if (worker.ledger.running > 0) return;
    worker.passOver();
    if (worker.hasEnded || worker.waiting.length === 0) return;
    const task = worker.begin();
    this.#begun.set(task.args[0], (this.#begun.get(task.args[0]) ?? 0) + 1);
    tasks.push(task);
    if (this.#random(3) === 0) worker.ledger.watch(task.ticket);
  }

  #end(worker: FakeWorker): void {
    if (worker.ledger.running === 0) {
      if (worker.ledger.suspended === 0) return;
      worker.resume();
    }
    const task = this.#runningOn(worker).pop();
    if (task === undefined) return;
    if (this.#random(6) === 0) worker.fail(task, 'failed');
    else worker.answer(task, task.args[0], this.#any([0.01, 0.1, 1, 30]));
  }

  #suspend(worker: FakeWorker): void {
    const task = this.#runningOn(worker).at(-1);
    if (task !== undefined && worker.ledger.running > 0) worker.suspend(task);
  }

  async step(): Promise<void> {
    const worker = this.#any(this.fake.alive);
    const action = this.#random(20);
    if (action < 6) for (let i = this.#random(5); i >= 0; i--) this.#submit();
    else if (action === 6) void this.#any(this.futures)?.abort('why', { graceMs: this.#any([0, 10, 100]) ?? 0 });
    else if (action === 7) this.#any(this.futures)?.cancel();
    else if (action === 8) await this.fake.clock.advance(this.#random(30));
    else if (action === 9) await turn();
    else if (action === 10 && this.#random(4) === 0) this.fake.pool.resize(1 + this.#random(4));
    else if (worker === undefined) return;
    else if (!this.#ready.has(worker)) {
      this.#ready.add(worker);
      worker.ready();
    } else if (action === 11 && this.#random(5) === 0) worker.exit({ exitCode: 1 });
    else if (action === 12) this.#suspend(worker);
    else if (action < 16) this.#begin(worker);
    else this.#end(worker);
  }

  /** All workers work on until nothing is left. */
  async finish(): Promise<void> {
    const done = this.fake.pool.shutdown({ wait: true });
    const end = { isThere: false };
    void done.then(() => (end.isThere = true));
    for (let i = 0; i < 1000 && !end.isThere; i++) {
      for (const worker of this.fake.alive) {
        if (!this.#ready.has(worker)) {
          this.#ready.add(worker);
          worker.ready();
        }
        this.#end(worker);
        this.#begin(worker);
      }
      await this.fake.clock.advance(1);
    }
    expect(end.isThere).toBe(true);
  }

  async check(): Promise<void> {
    expect([...this.#begun.values()].every((count) => count === 1)).toBe(true);
    for (const [value, future] of this.futures.entries()) {
      expect(future.done()).toBe(true);
      const outcome = await future.then(
        (result) => result,
        (error: unknown) => error,
      );
      const isError = [BrokenExecutor, CancelledError, WorkerDiedError, AbortError].some((each) => outcome instanceof each);
      expect(isError || outcome === 'failed' || outcome === value).toBe(true);
    }
    const { finished, failed, cancelled, queued, running, suspended, workers } = this.fake.pool.statistics();
    expect({ queued, running, suspended, workers }).toEqual({
      queued: 0,
      running: 0,
      suspended: 0,
      workers: { starting: 0, busy: 0, idle: 0, stopping: 0 },
    });
    expect(finished + failed + cancelled).toBe(this.futures.length);
    expect(this.fake.clock.timers).toBe(0);
  }
}

test.each(Array.from({ length: 20 }, (_, i) => i + 1))('seed %i', async (seed) => {
  const random = new RandomPool(seed);
  for (let i = 0; i < 100; i++) await random.step();
  await random.finish();
  await random.check();
});
