/**
 * Barrier, as CPython's lock_tests ask of it.
 *
 * @workers
 */
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Barrier } from '@heddle/sync';
import { failureOf, until } from '@heddle/testkit/support';
import { counters, describeCrews, threadsOfFile } from './test-support/crews.js';

const threads = threadsOfFile();
const members = [0, 1, 2, 3];
const isBroken = { code: 'HEDDLE_BROKEN_BARRIER' };

function untilThere(barrier: Barrier, count: number): Promise<void> {
  return until(`${String(count)} parties at a barrier`, () => barrier.nWaiting === count);
}

test('of one opens at once', async () => {
  const barrier = new Barrier(1);
  expect([await barrier.wait(), await barrier.wait(), barrier.waitSync()]).toEqual([0, 0, 0]);
});

test('shows how it is', async () => {
  const barrier = new Barrier(2);
  const first = barrier.wait();
  expect([barrier.parties, barrier.nWaiting, barrier.broken]).toEqual([2, 1, false]);
  expect(inspect(barrier)).toBe('Barrier { parties: 2, waiting: 1, broken: false }');
  expect(await Promise.all([first, barrier.wait()])).toEqual([0, 1]);
  expect(barrier.nWaiting).toBe(0);
});

describeCrews(threads, ({ forms, run }) => {
  const meet = (barrier: Barrier): Promise<PromiseSettledResult<unknown>[]> =>
    Promise.allSettled(members.map((i) => run(i, () => forms.wait(barrier))));
  const codes = (all: PromiseSettledResult<unknown>[]): unknown[] =>
    all.map((each) => (each.status === 'fulfilled' ? each.value : (each.reason as { code: unknown }).code));

  test('nobody goes on before all are there, ten times over', async () => {
    const barrier = new Barrier(4);
    const arrived = counters(10);
    const early = await Promise.all(
      members.map((i) =>
        run(i, async () => {
          let tooEarly = 0;
          for (let round = 0; round < 10; round++) {
            Atomics.add(arrived, round, 1);
            await forms.wait(barrier);
            if (Atomics.load(arrived, round) !== 4) tooEarly += 1;
          }
          return tooEarly;
        }),
      ),
    );
    expect(early).toEqual([0, 0, 0, 0]);
  });

  test('each has a place of its own', async () => {
    const barrier = new Barrier(4);
    for (let round = 0; round < 3; round++) expect(codes(await meet(barrier)).sort()).toEqual([0, 1, 2, 3]);
  });

  test('its action runs once, before anybody goes on', async () => {
    const ran = counters(1);
    const barrier = new Barrier(4, {
      action: () => {
        Atomics.add(ran, 0, 1);
      },
    });
    for (let round = 1; round <= 3; round++) {
      expect(
        await Promise.all(
          members.map((i) =>
            run(i, async () => {
              await forms.wait(barrier);
              return Atomics.load(ran, 0);
            }),
          ),
        ),
      ).toEqual([round, round, round, round]);
    }
  });

  test('an action that fails breaks it', async () => {
    const barrier = new Barrier(4, {
      action: () => {
        throw new Error('no');
      },
    });
    const all = await meet(barrier);
    expect(all.filter((each) => each.status === 'rejected' && String(each.reason) === 'Error: no')).toHaveLength(1);
    expect(codes(all).filter((code) => code === 'HEDDLE_BROKEN_BARRIER')).toHaveLength(3);
    expect(barrier.broken).toBe(true);
  });

  test('abort breaks it for all, now and later, until reset', async () => {
    const barrier = new Barrier(5);
    const all = meet(barrier);
    await untilThere(barrier, 4);
    barrier.abort();
    const broken = Array<string>(4).fill('HEDDLE_BROKEN_BARRIER');
    expect(codes(await all)).toEqual(broken);
    expect(barrier.broken).toBe(true);
    expect(codes(await meet(barrier))).toEqual(broken);
    barrier.reset();
    expect(barrier.broken).toBe(false);
    const again = meet(barrier);
    await untilThere(barrier, 4);
    expect(await barrier.wait()).toBe(4);
    expect(codes(await again).sort()).toEqual([0, 1, 2, 3]);
  });

  test('reset sends away who is there, and nobody else', async () => {
    const barrier = new Barrier(5);
    const all = meet(barrier);
    await untilThere(barrier, 4);
    barrier.reset();
    expect(codes(await all)).toEqual(Array(4).fill('HEDDLE_BROKEN_BARRIER'));
    expect([barrier.broken, barrier.nWaiting]).toEqual([false, 0]);
  });

  test('who waits no longer breaks it for the others', async () => {
    const barrier = new Barrier(5);
    const patient = [0, 1, 2].map((i) => failureOf(run(i, () => forms.wait(barrier))));
    await untilThere(barrier, 3);
    const impatient = failureOf(run(3, () => forms.wait(barrier, 5)));
    expect(await impatient).toMatchObject({
      ...isBroken,
      message: expect.stringMatching(/not all parties came within timeoutMs/) as unknown,
    });
    for (const each of patient) expect(await each).toMatchObject(isBroken);
  });

  test('its own time limit holds for who is given none', async () => {
    const barrier = new Barrier(2, { timeoutMs: 5 });
    expect(await failureOf(run(0, () => forms.wait(barrier)))).toMatchObject(isBroken);
  });
});

describe('an action that is awaited', () => {
  test('holds those who come for the next meeting', async () => {
    const gate = resolvers();
    let runs = 0;
    const barrier = new Barrier(2, {
      action: async () => {
        if (runs++ === 0) await gate.promise;
      },
    });
    const meeting = [barrier.wait(), barrier.wait()];
    const next = [barrier.wait(), barrier.wait()];
    expect(barrier.nWaiting).toBe(0);
    gate.resolve(undefined);
    expect(await Promise.all(meeting)).toEqual([0, 1]);
    expect(await Promise.all(next)).toEqual([0, 1]);
    expect(runs).toBe(2);
  });

  test('is in vain when the barrier is broken meanwhile', async () => {
    const gate = resolvers();
    const barrier = new Barrier(2, { action: () => gate.promise });
    const all = [failureOf(barrier.wait()), failureOf(barrier.wait())];
    const later = failureOf(barrier.wait());
    barrier.abort();
    gate.resolve(undefined);
    for (const each of [...all, later]) expect(await each).toMatchObject(isBroken);
  });

  test('is refused of a thread that blocks', async () => {
    const barrier = new Barrier(2, { action: async () => undefined });
    const other = failureOf(barrier.wait());
    expect(() => barrier.waitSync()).toThrow(/waitSync: the action returned a promise/);
    expect(await other).toMatchObject(isBroken);
  });
});

test('who is aborted breaks it', async () => {
  const barrier = new Barrier(2);
  const controller = new AbortController();
  const aborted = failureOf(barrier.wait({ signal: controller.signal }));
  controller.abort('late');
  expect(await aborted).toMatchObject({ code: 'HEDDLE_ABORTED', reason: 'late' });
  expect(barrier.broken).toBe(true);
});

function resolvers(): { promise: Promise<undefined>; resolve: (value: undefined) => void } {
  let resolve: (value: undefined) => void = () => undefined;
  const promise = new Promise<undefined>((r) => {
    resolve = r;
  });
  return { promise, resolve };
}
