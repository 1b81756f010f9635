/** Running tasks that are stopped. */
import { describe, expect, test } from '@jest/globals';
import { AbortError, TimeoutError, type Future } from '@heddle/futures';
import { turn } from '@heddle/testkit/support';
import * as wire from '../protocol/wire.js';
import { FakePool, upTo } from '../test-support/fake-pool.js';
import type { FakeWorker, SentTask } from '../test-support/fake-worker.js';

interface Begun {
  readonly fake: FakePool;
  readonly worker: FakeWorker;
  readonly futures: Future<unknown>[];
  /** The first. */
  readonly task: SentTask;
  readonly future: Future<unknown>;
}

/** One worker, with `count` tasks, of which it has begun the first. */
async function begun(count = 1, options: { isWatching?: boolean } = {}): Promise<Begun> {
  const fake = await new FakePool({ maxWorkers: 1 }).withReady(1, 0.1);
  const worker = fake.worker(0);
  const futures = await fake.submitAll(upTo(count));
  const task = worker.begin();
  if (options.isWatching === true) worker.ledger.watch(task.ticket);
  return { fake, worker, futures, task, future: futures[0]! };
}

describe('a task that has not begun', () => {
  test('is cancelled', async () => {
    const { worker, futures } = await begun(2);
    expect(await futures[1]!.abort('why')).toBe(true);
    expect(futures[1]?.cancelled()).toBe(true);
    expect([worker.told(wire.abort), worker.signals]).toEqual([[], []]);
  });

  test('and is claimed just then is stopped as one that runs', async () => {
    const { worker, futures, task } = await begun(2);
    worker.answer(task, 1);
    worker.ledger.onWithdraw = (ticket) => void worker.ledger.claim(ticket);
    expect(await futures[1]!.abort('why')).toBe(true);
    expect(futures[1]?.cancelled()).toBe(false);
    expect(await futures[1]?.exception()).toBeInstanceOf(AbortError);
    expect(worker.signals).toEqual([undefined]);
  });
});

describe('a task that does not watch its signal', () => {
  test('is stopped at once, and its worker is replaced when tasks wait', async () => {
    const { fake, worker, futures, future } = await begun(3);
    const stopped = future.abort('why');
    expect(worker.signals).toEqual([undefined]);
    expect(await stopped).toBe(true);
    const error = await future.exception();
    expect(error).toBeInstanceOf(AbortError);
    expect((error as Error).cause).toBe('why');
    expect(worker.told(wire.abort)).toEqual([]);
    const next = fake.worker(1).ready();
    next.work();
    next.work();
    expect([futures[1]?.resultSync(), futures[2]?.resultSync()]).toEqual([2, 3]);
    expect(fake.clock.timers).toBe(0);
  });

  test('is only told with a grace without end', async () => {
    const { fake, worker, task, future } = await begun();
    const stopped = future.abort('why', { graceMs: Infinity });
    await fake.clock.advance(1e6);
    expect([worker.signals, worker.told(wire.abort)]).toEqual([[], [[wire.abort, task.ticket, 'why', false]]]);
    worker.answer(task, 'its own');
    expect([await stopped, await future]).toEqual([false, 'its own']);
  });
});

describe('a task that watches its signal', () => {
  test('has its grace, and ends by itself with AbortError whatever it throws', async () => {
    const { fake, worker, task, future } = await begun(1, { isWatching: true });
    const stopped = future.abort('why', { graceMs: 100 });
    expect(worker.told(wire.abort)).toHaveLength(1);
    await fake.clock.advance(99);
    worker.fail(task, 'given up');
    expect(await stopped).toBe(true);
    expect(await future.exception()).toBeInstanceOf(AbortError);
    await fake.clock.advance(1000);
    expect(worker.signals).toEqual([]);
    expect(fake.clock.timers).toBe(0);
  });

  test('ends with a value of its own: that stands', async () => {
    const { worker, task, future } = await begun(1, { isWatching: true });
    const stopped = future.abort('why');
    worker.answer(task, 'done after all');
    expect([await stopped, await future]).toEqual([false, 'done after all']);
  });

  test('is stopped when its grace is over', async () => {
    const { fake, worker, future } = await begun(1, { isWatching: true });
    const stopped = future.abort('why', { graceMs: 100 });
    await fake.clock.advance(100);
    expect(worker.signals).toEqual([undefined]);
    expect(await stopped).toBe(true);
    expect(await future.exception()).toBeInstanceOf(AbortError);
  });

  test('two aborts: the first reason counts, the shorter grace too', async () => {
    const { fake, worker, future } = await begun(1, { isWatching: true });
    const both = [future.abort('first', { graceMs: 1000 }), future.abort('second', { graceMs: 10 })];
    await fake.clock.advance(10);
    expect(worker.signals).toEqual([undefined]);
    expect(await Promise.all(both)).toEqual([true, true]);
    expect(((await future.exception()) as Error).cause).toBe('first');
  });

  test('its worker dies meanwhile: that is how it was stopped', async () => {
    const { worker, future } = await begun(1, { isWatching: true });
    const stopped = future.abort('why');
    worker.exit({ exitCode: 1 });
    expect(await stopped).toBe(true);
    expect(await future.exception()).toBeInstanceOf(AbortError);
  });

  test('a reason that can not travel still aborts', async () => {
    const { worker, task, future } = await begun(1, { isWatching: true });
    const stopped = future.abort(new WeakMap());
    expect(worker.told(wire.abort)).toEqual([[wire.abort, task.ticket, undefined, false]]);
    worker.fail(task, 'given up');
    expect(await stopped).toBe(true);
  });
});

describe('claimed neighbours of a task that is stopped', () => {
  test('may end within their grace; then the worker goes', async () => {
    const { fake, worker, task, futures, future } = await begun(2);
    worker.suspend(task);
    const other = worker.begin();
    const stopped = futures[1]!.abort('why');
    expect(await stopped).toBe(true);
    expect(worker.signals).toEqual([]);
    expect(other.ticket).not.toBe(task.ticket);
    worker.ledger.suspended = 0;
    worker.answer(task, 'neighbour');
    expect(await future).toBe('neighbour');
    expect(worker.signals).toEqual([undefined]);
    await turn();
    expect(fake.clock.timers).toBe(0);
  });

  test('fail when it is over', async () => {
    const { fake, worker, task, futures, future } = await begun(2);
    worker.suspend(task);
    worker.begin();
    void futures[1]!.abort('why');
    await fake.clock.advance(999);
    expect(worker.signals).toEqual([]);
    await fake.clock.advance(1);
    expect(worker.signals).toEqual([undefined]);
    expect(String(await future.exception())).toMatch(/while it ran task/);
  });
});

describe('time limits', () => {
  test('run from the claim, and end in TimeoutError', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
    const [future] = await fake.submitAll([1], { timeoutMs: 50 });
    const worker = fake.worker(0);
    await fake.clock.advance(500);
    expect(future?.done()).toBe(false);
    const task = worker.begin();
    expect(task.header?.tellClaim).toBe(true);
    worker.say([wire.claimed, task.ticket]);
    await fake.clock.advance(50);
    const error = await future?.exception();
    expect(error).toBeInstanceOf(TimeoutError);
    expect(String(error)).toMatch(/ran longer than 50 ms \(timeoutMs\)/);
    expect(worker.signals).toEqual([undefined]);
  });

  test('are stopped when the task has ended', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
    await fake.send([1], { timeoutMs: 50 });
    const worker = fake.worker(0);
    const task = worker.begin();
    worker.say([wire.claimed, task.ticket]);
    worker.answer(task, 1);
    expect(fake.clock.timers).toBe(0);
  });
});

describe('signals', () => {
  test('one that is aborted already cancels the task before it is sent', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
    const [future] = await fake.submitAll([1], { signal: AbortSignal.abort('no') });
    expect([future?.cancelled(), fake.worker(0).firsts]).toEqual([true, []]);
  });

  test('one that aborts later stops the task; after its end it does nothing', async () => {
    const fake = await new FakePool({ maxWorkers: 1 }).withReady(1);
    const worker = fake.worker(0);
    const stop = new AbortController();
    const [first] = await fake.submitAll([1], { signal: stop.signal });
    worker.work();
    const [second] = await fake.submitAll([2], { signal: stop.signal });
    worker.begin();
    stop.abort('enough');
    expect(((await second?.exception()) as Error).cause).toBe('enough');
    expect(await first).toBe(1);
  });
});
