import { describe, expect, test } from '@jest/globals';
import { FutureController } from '../future/future-controller.js';
import type { Future } from '../future/future.js';
import { wait } from './wait.js';

const make = (count: number): FutureController<number>[] => Array.from({ length: count }, () => new FutureController<number>());
const futuresOf = (controllers: FutureController<number>[]): Future<number>[] => controllers.map(({ future }) => future);

/** Fails a future and looks at it. Otherwise the failure would be reported when the future is collected. */
function fail(controller: FutureController<number> | undefined, error: unknown = new Error('x')): void {
  void controller?.future.exception();
  controller?.setException(error);
}

describe('wait', () => {
  test('ALL_COMPLETED: successes, failures and cancelled ones, in the order given', async () => {
    const controllers = make(3);
    const futures = futuresOf(controllers);
    const waiting = wait(futures);
    controllers[2]?.setResult(3);
    controllers[1]?.future.cancel();
    fail(controllers[0]);
    const { done, notDone } = await waiting;
    expect([...done]).toEqual(futures);
    expect(notDone.size).toBe(0);
  });

  test('FIRST_COMPLETED: a success, a failure or a cancellation is enough', async () => {
    for (const settle of [
      (each: FutureController<number>) => each.setResult(1),
      (each: FutureController<number>) => fail(each),
      (each: FutureController<number>) => each.future.cancel(),
    ]) {
      const [first, second] = make(2) as [FutureController<number>, FutureController<number>];
      const waiting = wait([first.future, second.future], { returnWhen: 'FIRST_COMPLETED' });
      settle(second);
      const { done, notDone } = await waiting;
      expect([[...done], [...notDone]]).toEqual([[second.future], [first.future]]);
    }
  });

  test('FIRST_COMPLETED with some done already returns at once', async () => {
    const controllers = make(3);
    controllers[0]?.future.cancel();
    controllers[1]?.setResult(1);
    const { done, notDone } = await wait(futuresOf(controllers), { returnWhen: 'FIRST_COMPLETED' });
    expect([done.size, notDone.size]).toEqual([2, 1]);
  });

  test('FIRST_EXCEPTION: neither a success nor a cancellation ends it', async () => {
    const controllers = make(4);
    const futures = futuresOf(controllers);
    let over = false;
    const waiting = wait(futures, { returnWhen: 'FIRST_EXCEPTION' }).finally(() => (over = true));
    controllers[0]?.setResult(1);
    controllers[1]?.future.cancel();
    await new Promise((resolve) => setImmediate(resolve));
    expect(over).toBe(false);
    fail(controllers[2], undefined);
    const { done, notDone } = await waiting;
    expect([[...done], [...notDone]]).toEqual([futures.slice(0, 3), futures.slice(3)]);
  });

  test('FIRST_EXCEPTION with a failure already returns at once; without any it waits for all', async () => {
    const [failed, open] = make(2) as [FutureController<number>, FutureController<number>];
    fail(failed);
    const { done } = await wait([open.future, failed.future], { returnWhen: 'FIRST_EXCEPTION' });
    expect([...done]).toEqual([failed.future]);
    const fine = make(2);
    const waiting = wait(futuresOf(fine), { returnWhen: 'FIRST_EXCEPTION' });
    for (const each of fine) each.setResult(1);
    expect((await waiting).done.size).toBe(2);
  });

  test('a timeout gives what is done, and does not throw', async () => {
    const [done, open] = make(2) as [FutureController<number>, FutureController<number>];
    done.setResult(1);
    for (const timeoutMs of [0, 1]) {
      const result = await wait([open.future, done.future], { timeoutMs });
      expect([[...result.done], [...result.notDone]]).toEqual([[done.future], [open.future]]);
    }
    const waiting = wait([open.future], { timeoutMs: 60_000 });
    open.setResult(2);
    expect((await waiting).done.size).toBe(1);
  });

  test('duplicates count once, any iterable will do, none at all is done at once', async () => {
    const controller = new FutureController<number>();
    controller.setResult(1);
    const { future } = controller;
    expect((await wait([future, future])).done.size).toBe(1);
    expect((await wait(new Set([future]))).done.size).toBe(1);
    expect(
      (
        await wait(
          (function* () {
            yield future;
          })(),
        )
      ).done.size,
    ).toBe(1);
    const none = await wait([]);
    expect([none.done.size, none.notDone.size]).toEqual([0, 0]);
  });

  test('several waits on the same futures do not disturb each other', async () => {
    const [first, second] = make(2) as [FutureController<number>, FutureController<number>];
    const futures = [first.future, second.future];
    const waits = [
      wait(futures, { returnWhen: 'FIRST_COMPLETED' }),
      wait(futures),
      wait(futures, { timeoutMs: 1 }),
      wait(futures, { returnWhen: 'FIRST_EXCEPTION', timeoutMs: 60_000 }),
    ];
    await waits[2];
    first.setResult(1);
    expect((await waits[0])?.done.size).toBe(1);
    second.setResult(2);
    expect((await waits[1])?.done.size).toBe(2);
    expect((await waits[3])?.done.size).toBe(2);
  });

  test('wrong arguments and options are named', async () => {
    await expect(wait(5 as never)).rejects.toThrow('wait: futures must be an iterable of futures, got 5');
    await expect(wait([Promise.resolve(1)] as never)).rejects.toThrow('wait: futures must be futures, got an instance of Promise');
    await expect(wait([], { timeoutMs: -1 })).rejects.toThrow(RangeError);
    await expect(wait([], { timeout: 5 } as never)).rejects.toThrow('wait: unknown option "timeout"; did you mean "timeoutMs"?');
    await expect(wait([], { returnWhen: 'FIRST_COMPLETE' as never })).rejects.toThrow(/must be one of.*did you mean "FIRST_COMPLETED"\?/);
  });
});
