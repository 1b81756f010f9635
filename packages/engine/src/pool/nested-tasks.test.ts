/** Tasks of tasks: where they run, who hears of them, and workers that stand still for them. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { DeadlockError } from '@heddle/futures';
import { decodeValue } from '@heddle/serialization';
import { turn } from '@heddle/testkit/support';
import * as wire from '../protocol/wire.js';
import { FakePool, upTo } from '../test-support/fake-pool.js';
import type { FakeWorker, SentTask } from '../test-support/fake-worker.js';
import { warningCodes } from '../test-support/warnings.js';

beforeEach(() => {
  warningCodes();
});

const abs = { kind: 'global', id: 'global:Math.abs', name: 'abs', path: ['Math', 'abs'], module: undefined } as const;

/** A task of `worker` submits one: `Math.abs(value)`. */
function submitFrom(worker: FakeWorker, id: number, value: unknown, options: wire.NestedTask['options'] = {}): void {
  worker.say([wire.nestedSubmit, { id, fn: abs, kind: 'call', args: [value], encoded: false, boundFunction: undefined, options }]);
}

/** Some workers, each of which has begun a task. */
async function working(
  count: number,
  options: { maxWorkers?: number; maxSuspendedTasks?: number } = {},
): Promise<{
  fake: FakePool;
  tasks: SentTask[];
}> {
  const fake = await new FakePool({ maxWorkers: count, ...options }).withReady(count, 100);
  await fake.send(upTo(count));
  return { fake, tasks: fake.workers.map((worker) => worker.begin()) };
}

/** What a worker was told of its nested tasks: numbers, whether they failed, and values. */
function answersTo(worker: FakeWorker): unknown[] {
  return worker.told(wire.nestedResult).map(([, id, status, value]) => [id, (status & 3) === wire.failed, value]);
}

const refusalOf = (worker: FakeWorker): unknown => decodeValue(worker.told(wire.refused)[0]?.[2]);

describe('nested tasks', () => {
  test('run before all that waits, the last first, and the worker hears of them', async () => {
    const { fake, tasks } = await working(1);
    const worker = fake.worker(0);
    await fake.send(['later']);
    submitFrom(worker, 1, 'a');
    submitFrom(worker, 2, 'b');
    worker.suspend(tasks[0]!);
    await turn();
    expect(worker.waiting).toEqual(['b']);
    worker.work(100);
    worker.work(100);
    expect(worker.waiting).toEqual(['later']);
    expect(answersTo(worker)).toEqual([
      [2, false, 'b'],
      [1, false, 'a'],
    ]);
  });

  test('on another worker, when there is one', async () => {
    const { fake, tasks } = await working(2);
    const [a, b] = [fake.worker(0), fake.worker(1)];
    b.answer(tasks[1]!, 0);
    submitFrom(a, 1, 'nested');
    await turn();
    expect(b.waiting).toEqual(['nested']);
    b.fail(b.begin(), 'it failed');
    expect(answersTo(a)).toEqual([[1, true, 'it failed']]);
  });

  test('are withdrawn when the task gives them up, or aborted', async () => {
    const { fake, tasks } = await working(2);
    const [a, b] = [fake.worker(0), fake.worker(1)];
    submitFrom(a, 1, 'waits');
    a.say([wire.nestedCancel, 1]);
    b.answer(tasks[1]!, 0);
    await turn();
    expect(b.waiting).toEqual([]);
    submitFrom(a, 2, 'runs');
    await turn();
    b.begin();
    a.say([wire.nestedCancel, 2]);
    await turn();
    expect(b.signals).toEqual([undefined]);
  });

  test('also after shutdown: what was accepted needs them', async () => {
    const { fake, tasks } = await working(2);
    const [a, b] = [fake.worker(0), fake.worker(1)];
    const done = fake.pool.shutdown({ wait: true });
    b.answer(tasks[1]!, 0);
    submitFrom(a, 1, 'nested');
    await turn();
    b.work();
    expect(answersTo(a)).toEqual([[1, false, 'nested']]);
    a.answer(tasks[0]!, 0);
    await done;
  });

  test('more suspended tasks than the limit: the next is refused', async () => {
    const { fake, tasks } = await working(1, { maxSuspendedTasks: 0 });
    const worker = fake.worker(0);
    worker.suspend(tasks[0]!);
    submitFrom(worker, 1, 'nested');
    const [answer] = worker.told(wire.nestedResult);
    expect(answer?.[2]).toBe(wire.failed | wire.encodedResult);
    expect(decodeValue(answer?.[3])).toMatchObject({ code: 'HEDDLE_NESTING_LIMIT' });
  });

  test('of a worker that has died: those that wait are cancelled, those that run are let run', async () => {
    const { fake, tasks } = await working(3);
    const [a, b, c] = [fake.worker(0), fake.worker(1), fake.worker(2)];
    b.answer(tasks[1]!, 0);
    submitFrom(a, 1, 'runs');
    await turn();
    const running = b.begin();
    submitFrom(a, 2, 'waits');
    a.exit({ exitCode: 1 });
    await turn();
    c.answer(tasks[2]!, 0);
    await turn();
    expect(fake.workers.flatMap(({ firsts }) => firsts)).not.toContain('waits');
    b.answer(running, 0);
    expect(answersTo(a)).toEqual([]);
    expect(fake.pool.statistics()).toMatchObject({ queued: 0, running: 0 });
  });

  test('of a worker of a broken pool: nobody is answered, and nothing stays pending', async () => {
    const fake = await new FakePool({ maxWorkers: 2, deathLimit: { maxDeaths: 0, periodMs: 1000 } }).withReady(2);
    const [a, b] = [fake.worker(0), fake.worker(1)];
    b.isObedient = false;
    a.exit({ exitCode: 1 });
    submitFrom(b, 1, 'nested');
    expect(answersTo(b)).toEqual([]); // it is being ended, and hears no more
    expect(fake.pool.statistics()).toMatchObject({ state: 'broken', queued: 0 });
  });
});

describe('workers that stand still', () => {
  test('what was sent to them goes elsewhere, and comes back when they go on', async () => {
    const fake = await new FakePool().withReady(2, 0.1);
    await fake.send(upTo(6));
    const [a, b] = [fake.worker(0), fake.worker(1)];
    const task = a.begin();
    submitFrom(a, 1, 'nested');
    a.say([wire.blocked, 1, 1, task.ticket]);
    expect(b.waiting.sort()).toEqual([2, 3, 4, 5, 6, 'nested']);
    expect(a.told(wire.refused)).toEqual([]);
    while (b.waiting.length > 0) b.work(0.1);
    expect(answersTo(a)).toEqual([[1, false, 'nested']]);
    a.say([wire.unblocked]);
    a.passOver();
    a.answer(task, 0);
    await fake.send(upTo(2));
    expect(a.waiting).toHaveLength(1);
  });

  test('a wait for what is answered already is none', async () => {
    const { fake, tasks } = await working(1);
    const worker = fake.worker(0);
    worker.say([wire.blocked, 1, 77, tasks[0]!.ticket]);
    expect(worker.told(wire.refused)).toEqual([]);
    worker.answer(tasks[0]!, 0);
    await fake.send(['next']);
    expect(worker.waiting).toEqual(['next']);
  });

  test('the only worker waits for a task that has not begun: that is refused', async () => {
    const { fake, tasks } = await working(1);
    const worker = fake.worker(0);
    submitFrom(worker, 1, 'nested');
    worker.say([wire.blocked, 5, 1, tasks[0]!.ticket]);
    expect(worker.told(wire.refused)[0]?.[1]).toBe(5);
    const error = refusalOf(worker);
    expect(error).toBeInstanceOf(DeadlockError);
    expect(String(error)).toMatch(/task "abs": resultSync\(\) on task "abs" would wait for ever.*maxWorkers: 1/);
  });

  test('not while another one may be started', async () => {
    const { fake, tasks } = await working(1, { maxWorkers: 2 });
    const worker = fake.worker(0);
    submitFrom(worker, 1, 'nested');
    worker.say([wire.blocked, 1, 1, tasks[0]!.ticket]);
    expect(worker.told(wire.refused)).toEqual([]);
    expect(fake.workers).toHaveLength(2);
    fake.worker(1).ready().work();
    expect(answersTo(worker)).toEqual([[1, false, 'nested']]);
  });

  test('a ring: the last that closed it is refused, the others go on', async () => {
    const { fake, tasks } = await working(2);
    const [a, b] = [fake.worker(0), fake.worker(1)];
    submitFrom(a, 1, 'of a');
    a.say([wire.blocked, 1, 1, tasks[0]!.ticket]);
    expect(a.told(wire.refused)).toEqual([]);
    submitFrom(b, 1, 'of b');
    b.say([wire.blocked, 1, 1, tasks[1]!.ticket]);
    expect([a.told(wire.refused).length, b.told(wire.refused).length]).toEqual([0, 1]);
    b.say([wire.unblocked]);
    b.fail(tasks[1]!, 'deadlock');
    await turn();
    expect(b.waiting.length).toBeGreaterThan(0);
    while (b.waiting.length > 0) b.work();
    expect(answersTo(a)).toEqual([[1, false, 'of a']]);
  });

  test('a wait for a task that runs on a worker that can go on is none of a ring', async () => {
    const { fake, tasks } = await working(2);
    const [a, b] = [fake.worker(0), fake.worker(1)];
    b.answer(tasks[1]!, 0);
    submitFrom(a, 1, 'nested');
    await turn();
    const nested = b.begin();
    a.say([wire.blocked, 1, 1, tasks[0]!.ticket]);
    expect(a.told(wire.refused)).toEqual([]);
    // but when that one stands still, too, for something that nobody can begin:
    submitFrom(b, 1, 'deeper');
    b.say([wire.blocked, 1, 1, nested.ticket]);
    expect([a.told(wire.refused).length, b.told(wire.refused).length]).toEqual([0, 1]);
  });

  test('fewer workers may close a ring', async () => {
    const { fake, tasks } = await working(2);
    const [a, b] = [fake.worker(0), fake.worker(1)];
    submitFrom(a, 1, 'nested');
    a.say([wire.blocked, 1, 1, tasks[0]!.ticket]);
    b.exit({ exitCode: 1 });
    expect(a.told(wire.refused)).toEqual([]);
    fake.pool.resize(1);
    expect(a.told(wire.refused)).toHaveLength(1);
  });
});
