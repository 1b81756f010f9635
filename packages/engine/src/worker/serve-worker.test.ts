/** The worker's loop over an endpoint by hand. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { currentTask, type AnyFunction } from '@heddle/futures';
import { workerValuesOfThread } from '@heddle/futures/worker';
import { callback, decodeValue, encodeValue, CallerObjects } from '@heddle/serialization';
import { turn, until } from '@heddle/testkit/support';
import * as wire from '../protocol/wire.js';
import { FakeCaller } from '../test-support/fake-endpoint.js';

const { succeeded, failed, skipped, encodedResult } = wire;

const started: FakeCaller[] = [];
afterEach(() => {
  for (const caller of started.splice(0)) {
    expect(caller.endpoint.problems).toEqual([]);
    expect([caller.ledger.isHeld, caller.ledger.isBusy, caller.ledger.suspended]).toEqual([false, false, 0]);
    caller.end();
  }
});

async function start(...initializer: Parameters<typeof FakeCaller.start>): Promise<FakeCaller> {
  const caller = await FakeCaller.start(...initializer);
  started.push(caller);
  return caller;
}

/** A worker that has said it is ready. */
async function ready(): Promise<FakeCaller> {
  const caller = await start();
  expect(caller.heard()).toEqual([[wire.ready]]);
  return caller;
}

/** An async task, to be ended by the test. */
function pending(): { fn: () => Promise<unknown>; resolve: (value: unknown) => void; reject: (error: unknown) => void } {
  let resolve: (value: unknown) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise((...both) => {
    [resolve, reject] = both;
  });
  return {
    fn: () => promise,
    resolve: (value) => {
      resolve(value);
    },
    reject: (error) => {
      reject(error);
    },
  };
}

const answer =
  (value: unknown): (() => unknown) =>
  () =>
    value;
const one = answer(1);

describe('start', () => {
  test('without an initializer it is ready at once', async () => {
    await ready();
  });

  test('the initializer runs first, with its arguments', async () => {
    const log: unknown[] = [];
    const caller = await start((...args: unknown[]) => log.push(args), ['a', 2]);
    expect(caller.heard()).toEqual([[wire.initializing], [wire.ready]]);
    expect(log).toEqual([['a', 2]]);
  });

  test('one that fails is told, and nothing is served', async () => {
    const caller = await start(async () => {
      throw new RangeError('not today');
    });
    const [first, second, ...rest] = caller.heard();
    expect([first, rest]).toEqual([[wire.initializing], []]);
    expect(second?.[0]).toBe(wire.initializerFailed);
    expect(decodeValue(second?.[1])).toMatchObject({ name: 'RangeError', message: 'not today' });
    expect(caller.endpoint.handler).toBeUndefined();
  });
});

describe('tasks', () => {
  test('are claimed, run and answered in their order', async () => {
    const caller = await ready();
    const log: string[] = [];
    const note = (name: string): string => {
      log.push(`${name} ${String(caller.ledger.isHeld)} ${String(caller.ledger.isBusy)}`);
      return name;
    };
    const tickets = caller.run({ fn: note, args: ['a'] }, { fn: note, args: ['b'] });
    expect(log).toEqual(['a true true', 'b true true']);
    expect(caller.ledger.claimed).toEqual(tickets);
    expect(caller.results()).toEqual([
      [0, succeeded, 'a'],
      [1, succeeded, 'b'],
    ]);
  });

  test('those withdrawn are passed over, and the caller hears so', async () => {
    const caller = await ready();
    let runs = 0;
    const count = (): number => ++runs;
    caller.ledger.withdrawn.add(0).add(2);
    caller.run(count, count, count);
    expect(caller.results()).toEqual([
      [0, skipped, undefined],
      [1, succeeded, 1],
      [2, skipped, undefined],
    ]);
    expect(runs).toBe(1);
  });

  test('what they throw is their failure, and the next ones run', async () => {
    const caller = await ready();
    const bad = (): never => {
      throw 'thrown';
    };
    const worse = (): never => {
      throw new TypeError('wrong');
    };
    caller.run(bad, worse, one);
    const results = caller.results();
    expect(results.map(([ticket, status]) => [ticket, status])).toEqual([
      [0, failed],
      [1, failed | encodedResult],
      [2, succeeded],
    ]);
    expect(decodeValue(results[1]?.[2])).toMatchObject({ name: 'TypeError', message: 'wrong' });
  });

  test('a result that can not travel fails its task only', async () => {
    const caller = await ready();
    caller.run(one, answer(new WeakMap()), one);
    const results = caller.results();
    expect(results.map(([ticket, status]) => [ticket, status])).toEqual([
      [0, succeeded],
      [1, failed | encodedResult],
      [2, succeeded],
    ]);
    expect(decodeValue(results[1]?.[2])).toMatchObject({ code: 'HEDDLE_SERIALIZATION' });
  });

  test('a header names them, tells the attempt, and has the claim told', async () => {
    const caller = await ready();
    const told: unknown[] = [];
    const fn = (): void => {
      const task = currentTask();
      told.push(task?.name, task?.attempt, task?.workerId, task?.id);
    };
    const [ticket] = caller.run({ fn, header: { name: 'mine', attempt: 3, tellClaim: true } });
    expect(told).toEqual(['mine', 3, 7, '7-1']);
    expect(caller.heard()[0]).toEqual([wire.claimed, ticket]);
    expect(currentTask()).toBeUndefined();
  });

  test('of one kind that was quick share a message, until the oldest result is a millisecond old', async () => {
    const caller = await ready();
    caller.run(one);
    caller.heard();
    const slow = (): void => {
      caller.clock.block(0.4);
    };
    caller.run(slow);
    caller.heard();
    caller.run(slow, slow, slow, slow, slow);
    expect(caller.heard().map((message) => (message.length - 2) / 2)).toEqual([4, 1]);
  });

  test('results are posted before a task that may run long', async () => {
    const caller = await ready();
    const heard: number[] = [];
    const long = (): void => {
      heard.push(caller.endpoint.messages.length);
      caller.clock.block(5);
    };
    caller.run(one);
    caller.heard();
    caller.run(one, long);
    expect(heard).toEqual([1]);
  });

  test('how long they took is measured by the clock', async () => {
    const caller = await ready();
    caller.run(() => {
      caller.clock.block(30);
    });
    expect(caller.heard()[0]?.[1]).toBe(30);
    expect(caller.ledger.runTimes.snapshot()).toMatchObject({ count: 1, sumMs: 30 });
  });

  test('messages that are there already are worked off in the same turn', async () => {
    const caller = await ready();
    caller.endpoint.inbox.push(caller.batch(one).message, caller.batch(one).message);
    caller.run(one);
    expect(caller.results()).toHaveLength(3);
  });

  test('a chunk is answered as one', async () => {
    const caller = await ready();
    const half = (n: number): number => n / 2;
    caller.run({ fn: half, args: [[2, 4, 6]], flags: wire.chunkFlag });
    const [result] = caller.results();
    expect(result?.[1]).toBe(succeeded | wire.chunkResult);
    expect([...((result?.[2] as wire.WireChunk).values as Float64Array)]).toEqual([1, 2, 3]);
  });
});

describe('asynchronous tasks', () => {
  test('hold the slot until they end', async () => {
    const caller = await ready();
    const first = pending();
    caller.run(first.fn, one);
    expect([caller.results(), caller.ledger.isHeld, caller.ledger.claimed]).toEqual([[], true, [0]]);
    first.resolve('late');
    await turn();
    expect(caller.results()).toEqual([
      [0, succeeded, 'late'],
      [1, succeeded, 1],
    ]);
  });

  test('a promise that rejects, and a thenable that throws, are failures', async () => {
    const caller = await ready();
    const first = pending();
    const thenable = (): unknown => ({
      then: () => {
        throw 'of the thenable';
      },
    });
    caller.run(first.fn, thenable);
    first.reject('rejected');
    await turn();
    expect(caller.results()).toEqual([
      [0, failed, 'rejected'],
      [1, failed, 'of the thenable'],
    ]);
  });

  test('results before them are posted at once', async () => {
    const caller = await ready();
    const second = pending();
    caller.run(one, second.fn);
    expect(caller.results()).toEqual([[0, succeeded, 1]]);
    second.resolve(2);
    await turn();
    expect(caller.results()).toEqual([[1, succeeded, 2]]);
  });
});

describe('a task that awaits an answer of its caller', () => {
  /** A task that gets a callback. */
  const withCallback = (fn: AnyFunction): { fn: AnyFunction; args: readonly unknown[]; flags: number } => ({
    fn,
    args: encodeValue([callback(() => undefined)], 'args', false, 'thread', new CallerObjects(false)).value,
    flags: wire.encodedFlag,
  });
  const asks = withCallback(async (ask: (what: string) => Promise<unknown>) => `was told ${String(await ask('what?'))}`);

  /** The number of the call in what was heard. */
  const callIn = (messages: readonly unknown[][]): number =>
    (messages.find(([kind]) => kind === wire.call)?.[1] as wire.CallerObjectCall | undefined)?.callId ?? -1;

  test('is suspended, and others run meanwhile', async () => {
    const caller = await ready();
    caller.run(asks, one);
    await turn();
    const heard = caller.endpoint.messages.map((message) => [...message]);
    const callId = callIn(heard);
    expect(heard).toContainEqual([wire.suspended, 0, callId]);
    expect(caller.ledger.suspended).toBe(1);
    expect(caller.results()).toEqual([[1, succeeded, 1]]);
    caller.send([wire.reply, callId, succeeded, 'that']);
    expect([caller.ledger.suspended, caller.ledger.isHeld]).toEqual([0, true]);
    await turn();
    expect(caller.results()).toEqual([[0, succeeded, 'was told that']]);
  });

  test('an answer that fails is thrown where it is awaited', async () => {
    const caller = await ready();
    caller.run(asks);
    await turn();
    caller.send([wire.reply, callIn(caller.heard().map((message) => [...message])), failed, 'no']);
    await turn();
    expect(caller.results()).toEqual([[0, failed, 'no']]);
  });

  test('when it goes on while another one holds the slot, both run, and the next waits for it', async () => {
    const caller = await ready();
    const other = pending();
    caller.run(asks, other.fn, one);
    await turn();
    const callId = callIn(caller.heard().map((message) => [...message]));
    caller.send([wire.reply, callId, succeeded, 'that']);
    await turn();
    expect(caller.results()).toEqual([[0, succeeded, 'was told that']]);
    expect(caller.ledger.claimed).toEqual([0, 1]);
    other.resolve('done');
    await turn();
    expect(caller.results()).toEqual([
      [1, succeeded, 'done'],
      [2, succeeded, 1],
    ]);
  });

  test('a reply for a call that nobody waits for is dropped', async () => {
    const caller = await ready();
    caller.send([wire.reply, 99, succeeded, 'what?']);
    caller.run(one);
    expect(caller.results()).toEqual([[0, succeeded, 1]]);
  });
});

describe('aborts', () => {
  test('the signal of a task that has looked at it aborts, with the reason', async () => {
    const caller = await ready();
    const watches = (): Promise<unknown> =>
      new Promise((_resolve, reject) => {
        const signal = currentTask()?.signal;
        signal?.addEventListener('abort', () => {
          reject(signal.reason);
        });
      });
    const [ticket = -1] = caller.run(watches);
    expect(caller.ledger.watched).toEqual([ticket]);
    caller.send([wire.abort, ticket, 'enough', false]);
    await turn();
    expect(caller.results()).toEqual([[ticket, failed, 'enough']]);
  });

  test('a task that looks later finds it aborted', async () => {
    const caller = await ready();
    const gate = pending();
    const looks = async (): Promise<unknown> => {
      await gate.fn();
      return currentTask()?.signal.reason;
    };
    const [ticket = -1] = caller.run(looks);
    caller.send([wire.abort, ticket, 'enough', false]);
    gate.resolve(0);
    await turn();
    expect(caller.results()).toEqual([[ticket, succeeded, 'enough']]);
  });

  test('one for a task that has ended does nothing', async () => {
    const caller = await ready();
    const [ticket = -1] = caller.run(one);
    caller.send([wire.abort, ticket, 'late', false]);
    caller.send([wire.abort, 1000, 'for nobody', false]);
    expect(caller.results()).toEqual([[0, succeeded, 1]]);
  });
});

describe('reports', () => {
  test('are posted before the result', async () => {
    const caller = await ready();
    const [ticket] = caller.run(() => {
      currentTask()?.report('half');
      return 'whole';
    });
    expect(caller.heard()).toEqual([
      [wire.progress, ticket, 'half', false],
      [wire.results, 0, wire.resultCode(0, succeeded), 'whole'],
    ]);
  });

  test('one that can not travel throws in the task', async () => {
    const caller = await ready();
    caller.run(() => {
      currentTask()?.report(new WeakMap());
    });
    expect(caller.results()[0]?.[1]).toBe(failed | encodedResult);
  });
});

describe('the end', () => {
  test('stop: what is done is posted, then it ends in good order', async () => {
    const caller = await ready();
    caller.run(one);
    caller.send([wire.stop]);
    expect([caller.results(), caller.endpoint.hasExited]).toEqual([[[0, succeeded, 1]], true]);
  });

  test('stop: what its tasks share is disposed first, and the caller is told that this takes longer', async () => {
    const caller = await ready();
    const events: string[] = [];
    workerValuesOfThread().get('connection', () => ({ close: () => events.push('closed') }));
    caller.send([wire.stop]);
    expect([caller.endpoint.hasExited, caller.heard().at(-1)]).toEqual([false, [wire.finalizing]]);
    await until('the worker to exit', () => caller.endpoint.hasExited);
    expect(events).toEqual(['closed']);
  });

  test('a program that ends within a task loses no results', async () => {
    const caller = await ready();
    caller.run(one);
    caller.heard();
    const heard: unknown[] = [];
    caller.run(one, () => {
      caller.processExits(3);
      heard.push(...caller.results());
    });
    expect(heard).toEqual([[1, succeeded, 1]]);
    expect(caller.endpoint.exitCodes).toEqual([3]);
  });

  test('a worker that is worn out says so, once it has answered', async () => {
    const caller = await ready();
    caller.endpoint.isWornOut = true;
    caller.run(one);
    expect(caller.heard().map(([kind]) => kind)).toEqual([wire.results, wire.worn]);
  });
});

describe('messages that make no sense', () => {
  test('a task of a function that was never sent ends the worker, which could not answer', async () => {
    const caller = await ready();
    caller.send([wire.run, 0, wire.taskCode(99, 0, 0, 0)]);
    expect(caller.endpoint.problems.splice(0).map(String)).toEqual(['Error: protocol: task of an unknown function 99']);
    caller.ledger.isBusy = false;
  });

  test('a function that is not there fails its tasks only', async () => {
    const caller = await ready();
    const descriptor = { kind: 'global', id: 'global:no', name: 'no', path: ['noSuchThing'], module: undefined } as const;
    caller.send([wire.run, [[5, descriptor]], wire.taskCode(5, 0, 0, 0), wire.taskCode(5, 0, 0, 1)]);
    caller.run({ fn: one });
    const results = caller.results();
    expect(results.map(([, status]) => status)).toEqual([failed | encodedResult, failed | encodedResult, succeeded]);
    expect(decodeValue(results[0]?.[2])).toMatchObject({ code: 'HEDDLE_TASK_NOT_FOUND' });
  });

  test('unknown kinds, answers to nested tasks that nobody submitted, refusals of waits that nobody makes, are dropped', async () => {
    const caller = await ready();
    caller.send([99] as never);
    caller.send([wire.probe]);
    caller.send([wire.nestedResult, 3, succeeded, 'what?']);
    caller.send([wire.refused, 1, undefined]);
    caller.run(one);
    expect(caller.results()).toEqual([[0, succeeded, 1]]);
  });

  test('arguments that can not be decoded fail their task', async () => {
    const caller = await ready();
    const [record] = encodeValue([new TypeError('x')], 'args', false, 'thread').value as object[];
    const broken = Object.fromEntries(Reflect.ownKeys(record ?? {}).map((key) => [key, 17])) as unknown;
    caller.run({ fn: one, args: [broken], flags: wire.encodedFlag }, one);
    expect(caller.results().at(-1)).toEqual([1, succeeded, 1]);
  });
});
