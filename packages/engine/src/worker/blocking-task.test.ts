/** A task that blocks on a task it has submitted: its worker stands still, but for messages. */
import { describe, expect, test } from '@jest/globals';
import { DeadlockError } from '@heddle/futures';
import { encodeValue } from '@heddle/serialization';
import { ManualClock } from '@heddle/testkit/support';
import type { Endpoint } from '../protocol/channel.js';
import type { ToCaller, ToWorker } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';
import { FakeWorkerLedger } from '../test-support/fake-ledgers.js';
import { BlockingTask, type Awaited } from './blocking-task.js';
import { RunningTask } from './running-task.js';

interface Standing {
  readonly blocking: BlockingTask;
  readonly awaited: Awaited;
  readonly clock: ManualClock;
  readonly posted: ToCaller[];
  /** Messages that come while it sleeps, one a sleep. */
  readonly coming: ToWorker[];
  readonly taken: ToWorker[];
  isDone: boolean;
}

/** @param canHear - whether the worker hears without its event loop */
function standing(canHear = true, options: Partial<Awaited> = {}): Standing {
  const clock = new ManualClock();
  const inbox: ToWorker[] = [];
  const posted: ToCaller[] = [];
  const coming: ToWorker[] = [];
  const taken: ToWorker[] = [];
  const endpoint = {
    ledger: new FakeWorkerLedger(),
    destination: 'thread',
    post: (message: ToCaller) => void posted.push(message),
    listen: () => undefined,
    exit: () => undefined,
    fail: () => undefined,
    ...(canHear
      ? {
          receive: () => inbox.shift(),
          sleep: (_seen: number, timeoutMs: number) => {
            clock.block(Math.min(timeoutMs, 10));
            inbox.push(...coming.splice(0, 1));
          },
        }
      : {}),
  } satisfies Endpoint as Endpoint;
  const state = { clock, posted, coming, taken, isDone: false };
  const parent = new RunningTask({ workerId: 0, watching: () => undefined, report: () => undefined }, 3, 1, 'outer', 1);
  const awaited = { id: 8, name: 'inner', future: { done: () => state.isDone }, parent, isLoading: false, ...options };
  const blocking = new BlockingTask(endpoint, clock, (message) => {
    taken.push(message);
    if (message[0] === wire.nestedResult) state.isDone = true;
    else if (message[0] === wire.refused) blocking.refused(message[1], message[2]);
    else if (message[0] === wire.abort) blocking.aborted(message[1], message[2]);
  });
  return Object.assign(state, { blocking, awaited });
}

const nothing: ToWorker = [wire.probe];

describe('BlockingTask', () => {
  test('tells its caller, takes what comes, and goes on with the outcome', () => {
    const { blocking, awaited, posted, coming, taken } = standing();
    coming.push(nothing, [wire.run, 0], [wire.nestedResult, 8, wire.succeeded, 1]);
    blocking.wait(awaited, Infinity);
    expect(taken.map(([kind]) => kind)).toEqual([wire.probe, wire.run, wire.nestedResult]);
    expect(posted).toEqual([[wire.blocked, 1, 8, 3], [wire.unblocked]]);
  });

  test('gives up when its time is over', () => {
    const { blocking, awaited, posted, clock } = standing();
    const before = clock.now();
    blocking.wait(awaited, 25);
    expect(clock.now() - before).toBe(25);
    expect(posted.at(-1)).toEqual([wire.unblocked]);
  });

  test('a look at what is there tells nobody', () => {
    const { blocking, awaited, posted } = standing();
    blocking.wait(awaited, 0);
    expect(posted).toEqual([]);
  });

  test('a refusal of this wait is thrown; one of an earlier wait is not', () => {
    const { blocking, awaited, coming, posted } = standing();
    const refusal = (wait: number): ToWorker => [
      wire.refused,
      wait,
      encodeValue(new DeadlockError('a ring'), 'error', false, 'thread').value,
    ];
    blocking.wait(awaited, 1);
    coming.push(refusal(1), nothing, refusal(2));
    expect(() => blocking.wait(awaited, Infinity)).toThrow(DeadlockError);
    expect(coming).toEqual([]);
    expect(posted.at(-1)).toEqual([wire.unblocked]);
  });

  test('an abort of the task that waits ends the wait; one of another task does not', () => {
    const { blocking, awaited, coming } = standing();
    coming.push([wire.abort, 4, 'other', false], nothing, [wire.abort, 3, 'enough', false]);
    expect(() => blocking.wait(awaited, Infinity)).toThrow('enough');
    expect(coming).toEqual([]);
  });

  test('a wait that only the event loop could end is refused', () => {
    const deaf = standing(false);
    expect(() => deaf.blocking.wait(deaf.awaited, Infinity)).toThrow(/can only hear of it through its event loop/);
    const loading = standing(true, { isLoading: true });
    expect(() => loading.blocking.wait(loading.awaited, Infinity)).toThrow(/only now being imported/);
  });
});
