/** What is in flight on one worker, and under which tickets. */
import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@heddle/testkit/support';
import * as wire from '../protocol/wire.js';
import type { FunctionEntry } from '../task/function-table.js';
import { TaskRecord, type TaskOwner } from '../task/task-record.js';
import { settingsOf } from '../task/task-settings.js';
import { upTo } from '../test-support/fake-pool.js';
import { FakeWorker } from '../test-support/fake-worker.js';
import { WorkerHandle, type PlacedTask } from './worker-handle.js';

const owner: TaskOwner<WorkerHandle> = {
  failureOwner: {},
  withdraw: () => false,
  abort: () => Promise.resolve(false),
  block: () => undefined,
};

const entry = (id: number): FunctionEntry => ({
  id,
  name: 'abs',
  captures: false,
  descriptor: { kind: 'global', id: `global:${String(id)}`, name: 'abs', path: ['Math', 'abs'], module: undefined },
});
const abs = entry(0);

function record(value: unknown, fn = abs): PlacedTask {
  return new TaskRecord(owner, fn, [value], 0, undefined, undefined);
}

const fails = (): never => {
  throw new Error('nothing is refused here');
};

function ready(maxTasks = Infinity): { handle: WorkerHandle; worker: FakeWorker; clock: ManualClock } {
  const clock = new ManualClock();
  const worker = new FakeWorker(
    { workerId: 0, name: 'fake_0', initializer: undefined, finalizer: undefined, broadcasts: [] },
    { message: () => undefined, exit: () => undefined },
  );
  const handle = new WorkerHandle(0, 'fake_0', maxTasks, clock);
  handle.attach(worker);
  handle.state = 'ready';
  return { handle, worker, clock };
}

describe('send and take', () => {
  test('tasks leave in one message, each under a ticket of its own, which an answer frees', () => {
    const { handle, worker } = ready();
    const records = upTo(3).map((value) => record(value));
    handle.send(records, fails);
    expect(worker.messages).toHaveLength(1);
    expect(records.map(({ ticket }) => ticket)).toEqual([0, 1, 2]);
    expect(records.every((each) => each.worker === handle)).toBe(true);
    expect(handle.inFlight).toBe(3);
    expect(handle.take(1)).toBe(records[1]);
    const next = record(4);
    handle.send([next], fails);
    expect(next.ticket).toBe(1);
  });

  test('what is in flight is told in the order of sending, whatever the tickets', () => {
    const { handle } = ready();
    const first = upTo(4).map((value) => record(value));
    handle.send(first, fails);
    for (const ticket of [0, 2, 1]) handle.take(ticket);
    const next = upTo(3).map((value) => record(value));
    handle.send(next, fails);
    expect(next.map(({ ticket }) => ticket)).toEqual([1, 2, 0]);
    expect(handle.unclaimed()).toEqual([first[3], ...next]);
  });

  test('a function is defined once', () => {
    const { handle, worker } = ready();
    handle.send([record(1)], fails);
    handle.send([record(2), record(3, entry(1))], fails);
    handle.send([record(4)], fails);
    expect(worker.messages.map((message) => message[1])).toEqual([[[0, abs.descriptor]], [[1, entry(1).descriptor]], 0]);
  });

  test('once more, when the message with its definition did not leave', () => {
    const { handle, worker } = ready();
    worker.onPost = fails;
    const refused: PlacedTask[] = [];
    const bad = record(1);
    handle.send([bad], (each) => refused.push(each));
    expect(refused).toEqual([bad]);
    expect([handle.inFlight, bad.worker]).toEqual([0, undefined]);
    worker.onPost = () => undefined;
    handle.send([record(2)], fails);
    expect(worker.messages[0]?.[1]).toEqual([[0, abs.descriptor]]);
    expect(worker.tasks[0]?.ticket).toBe(0);
  });

  test('the name and the number of the attempt travel in a header, when they are not as usual', () => {
    const { handle, worker } = ready();
    const named = new TaskRecord<WorkerHandle>(
      owner,
      abs,
      [1, 2],
      0,
      undefined,
      settingsOf({ name: 'mine', timeoutMs: 5 }, undefined, undefined, 3),
    );
    handle.send([named, record(1)], fails);
    expect(worker.tasks.map(({ args, header }) => [args, header])).toEqual([
      [[1, 2], { name: 'mine', attempt: 3, tellClaim: true }],
      [[1], undefined],
    ]);
  });

  test('an answer that comes twice is heard once', () => {
    const { handle } = ready();
    const [a, b] = [record(1), record(2)];
    handle.send([a], fails);
    expect(handle.take(0)).toBe(a);
    expect(handle.take(0)).toBeUndefined();
    handle.send([b, record(3)], fails);
    expect(handle.inFlight).toBe(2);
    expect(handle.at(0)).toBe(b);
    expect(handle.take(7)).toBeUndefined();
  });

  test('many arguments travel as one', () => {
    const { handle, worker } = ready();
    const many = upTo(wire.mostArguments + 1);
    handle.send([new TaskRecord<WorkerHandle>(owner, abs, many, 0, undefined, undefined)], fails);
    const [task] = worker.tasks;
    expect([task?.flags, task?.args]).toEqual([wire.packedFlag, [many]]);
  });
});

describe('taking back', () => {
  test('what is withdrawn is in flight no more; its ticket is free when the worker has passed over it', () => {
    const { handle } = ready();
    const [a, b, c] = [record(1), record(2), record(3)];
    handle.send([a], fails);
    expect(handle.withdraw(a)).toBe(true);
    expect([handle.inFlight, a.worker]).toEqual([0, undefined]);
    handle.send([b], fails);
    expect(b.ticket).toBe(1);
    expect(handle.take(0)).toBeUndefined(); // skipped
    handle.send([c], fails);
    expect(c.ticket).toBe(0);
  });

  test('not what the worker has claimed', () => {
    const { handle, worker } = ready();
    const [a, b] = [record(1), record(2)];
    handle.send([a, b], fails);
    worker.begin();
    expect(handle.withdraw(a)).toBe(false);
    expect([handle.hasClaimed(a.ticket), a.worker]).toEqual([true, handle]);
    expect(handle.unclaimed()).toEqual([b]);
    expect(a.future.running()).toBe(true);
  });

  test('a ticket that is given up is never used again', () => {
    const { handle, worker } = ready();
    const [a, b] = [record(1), record(2)];
    handle.send([a], fails);
    worker.begin();
    handle.forget(a);
    expect(handle.inFlight).toBe(0);
    handle.send([b], fails);
    expect(b.ticket).toBe(1);
  });
});

describe('room', () => {
  test('one until the first is measured, then a window', () => {
    const { handle } = ready();
    expect(handle.room).toBe(1);
    handle.send([record(1)], fails);
    expect(handle.room).toBe(0);
    handle.sizer.measured(1, 0.1);
    expect(handle.room).toBe(19);
  });

  test('suspended tasks take none', () => {
    const { handle, worker } = ready();
    handle.send([record(1)], fails);
    worker.ledger.suspended = 1;
    expect([handle.room, handle.isFree]).toEqual([1, true]);
  });

  test('none in a worker that is starting, surplus, stands still, or has had all it may have', () => {
    const { handle } = ready(1);
    for (const state of ['starting', 'surplus', 'condemned', 'stopping', 'dead'] as const) {
      handle.state = state;
      expect([handle.room, handle.isFree]).toEqual([0, false]);
    }
    handle.state = 'ready';
    expect(handle.room).toBe(1);
    handle.blockedOn = { number: 1, order: 1, record: record(1), name: '', isRefused: false };
    expect(handle.room).toBe(0);
    handle.blockedOn = undefined;
    handle.send([record(1)], fails);
    expect([handle.room, handle.isUsedUp]).toEqual([0, true]);
    handle.take(0);
    handle.answered(1);
    expect([handle.room, handle.isUsedUp]).toEqual([0, true]);
  });

  test('no more tickets than there are', () => {
    const { handle } = ready();
    const records = Array.from({ length: 1 << wire.ticketBits }, (_, i) => record(i));
    handle.sizer.measured(1, 0.0001);
    handle.send(records, fails);
    for (const each of records) handle.withdraw(each); // the worker has not passed over them
    expect([handle.inFlight, handle.room]).toEqual([0, 0]);
    handle.take(5);
    expect(handle.room).toBe(1);
  });
});

test('a dead worker: what it had, by whether it had begun it; its ledger is told; what was to run then does', () => {
  const { handle, worker } = ready();
  const [a, b, c] = [record(1), record(2), record(3)];
  handle.send([a, b, c], fails);
  worker.begin();
  let cleanups = 0;
  handle.onEnd(() => (cleanups += 1));
  expect(handle.takeInFlight()).toEqual({ claimed: [a], unclaimed: [b, c] });
  expect([a.worker, b.worker, handle.state, handle.inFlight, cleanups]).toEqual([handle, undefined, 'dead', 0, 1]);
  expect(worker.ledger.isGone).toBe(true);
  handle.condemn();
  expect(handle.state).toBe('dead');
});
