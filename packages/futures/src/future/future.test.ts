import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { CancelledError, InvalidStateError, TimeoutError } from '../errors/errors.js';
import { reported } from '../test-support/observe.js';
import { asCompleted } from '../wait/as-completed.js';
import { wait } from '../wait/wait.js';
import { FutureController } from './future-controller.js';
import { Future, type FutureState } from './future.js';

const failure = new RangeError('stored');

/** A controller whose future is in the given state; 'failed' is finished with `failure`, 'finished' with 42. */
function inState(state: FutureState | 'failed'): FutureController<number> {
  const controller = new FutureController<number>('sum');
  if (state === 'cancelled') controller.future.cancel();
  if (state === 'pending' || state === 'cancelled') return controller;
  controller.setRunningOrNotifyCancel();
  if (state === 'finished') controller.setResult(42);
  if (state === 'failed') {
    controller.setException(failure);
    void controller.future.exception(); // a look; otherwise the failure would be reported when the future is collected
  }
  return controller;
}

const everyState = ['pending', 'running', 'cancelled', 'failed', 'finished'] as const;

describe('state', () => {
  const table = {
    pending: { cancelled: false, running: false, done: false, state: 'pending' },
    running: { cancelled: false, running: true, done: false, state: 'running' },
    cancelled: { cancelled: true, running: false, done: true, state: 'cancelled' },
    failed: { cancelled: false, running: false, done: true, state: 'finished' },
    finished: { cancelled: false, running: false, done: true, state: 'finished' },
  };

  test.each(everyState)('of a future that is %s', (state) => {
    const { future } = inState(state);
    expect({ cancelled: future.cancelled(), running: future.running(), done: future.done(), state: future.state }).toEqual(table[state]);
  });

  test.each(everyState)('cancel() of one that is %s', (state) => {
    const { future } = inState(state);
    const before = future.state;
    const cancellable = state === 'pending' || state === 'cancelled';
    expect(future.cancel()).toBe(cancellable);
    expect(future.state).toBe(cancellable ? 'cancelled' : before);
    expect(future.cancel()).toBe(cancellable);
  });

  test('the text of a future, printed too', () => {
    expect(String(inState('pending').future)).toBe('<Future "sum" pending>');
    expect(String(inState('running').future)).toBe('<Future "sum" running>');
    expect(String(inState('cancelled').future)).toBe('<Future cancelled>');
    expect(String(inState('failed').future)).toBe('<Future finished raised RangeError>');
    expect(String(inState('finished').future)).toBe('<Future finished returned number>');
    expect(inspect(inState('running').future)).toBe('<Future "sum" running>');
    const returning = (value: unknown): string => {
      const controller = new FutureController();
      controller.setResult(value);
      return String(controller.future);
    };
    expect(returning(null)).toContain('returned null');
    expect(returning(undefined)).toContain('returned undefined');
    expect(returning(Object.create(null))).toContain('returned object');
    expect(returning(new Map())).toContain('returned Map');
  });

  test('the name, until it is settled', () => {
    expect(inState('pending').future.name).toBe('sum');
    expect(new FutureController().future.name).toBe('task');
    expect(inState('finished').future.name).toBe('');
  });

  test('a future is a Promise, and its class tells so', () => {
    const { future } = inState('pending');
    expect(future).toBeInstanceOf(Promise);
    expect(future).toBeInstanceOf(Future);
    expect(Object.prototype.toString.call(future)).toBe('[object Future]');
    expect(future.then()).not.toBeInstanceOf(Future);
  });

  test('users can not make one', () => {
    expect(() => new Future(undefined as never)).toThrow(TypeError);
    expect(() => new (Future as unknown as new (executor: unknown) => unknown)(() => undefined)).toThrow(/executor/);
  });
});

describe('the controller', () => {
  test('settling twice throws InvalidStateError, and the first outcome stands', async () => {
    const won = inState('finished');
    expect(() => won.setResult(1)).toThrow(InvalidStateError);
    expect(() => won.setException(new Error('second'))).toThrow(/finished.*first outcome stands/);
    await expect(won.future).resolves.toBe(42);
    const lost = inState('failed');
    expect(() => lost.setResult(1)).toThrow(InvalidStateError);
    expect(await lost.future.exception()).toBe(failure);
    const cancelled = inState('cancelled');
    expect(() => cancelled.setResult(1)).toThrow(/cancelled/);
  });

  test('setRunningOrNotifyCancel', () => {
    expect(inState('pending').setRunningOrNotifyCancel()).toBe(true);
    expect(inState('cancelled').setRunningOrNotifyCancel()).toBe(false);
    for (const state of ['running', 'finished', 'failed'] as const) {
      expect(() => inState(state).setRunningOrNotifyCancel()).toThrow(InvalidStateError);
    }
  });

  test('a pending future may be settled without running', async () => {
    const controller = new FutureController<string>();
    controller.setResult('direct');
    await expect(controller.future).resolves.toBe('direct');
  });

  test('setResult refuses what await would wait for', () => {
    const controller = new FutureController<unknown>();
    const then = (): void => undefined;
    for (const value of [Promise.resolve(1), { then }, Object.assign(() => 1, { then })]) {
      expect(() => controller.setResult(value)).toThrow(TypeError);
    }
    expect(controller.future.state).toBe('pending');
    controller.setResult({ then: 'no function' });
    expect(controller.future.state).toBe('finished');
  });

  test('a subclass answers cancel and is asked for the state of a pending future', () => {
    class Claimed extends FutureController<number> {
      claimed = false;
      override onCancel(): boolean {
        return !this.claimed;
      }
      override refresh(): void {
        if (this.claimed) this.setRunningOrNotifyCancel();
      }
    }
    const controller = new Claimed('claimed');
    expect(controller.future.state).toBe('pending');
    controller.claimed = true;
    expect(controller.future.cancel()).toBe(false);
    expect(controller.future.running()).toBe(true);
    const stubborn = new (class extends FutureController<number> {
      override onCancel(): boolean {
        return false;
      }
    })();
    expect(stubborn.future.cancel()).toBe(false);
    expect(stubborn.future.state).toBe('pending');
  });

  test('a subclass answers the cancelling of a running task, and settles when it has given way', async () => {
    class Coroutine extends FutureController<number> {
      told: unknown[] = [];
      override onCancelRunning(reason: unknown): boolean {
        this.told.push(reason);
        return true;
      }
    }
    const controller = new Coroutine('weave');
    const { future } = controller;
    controller.setRunningOrNotifyCancel();
    expect([future.cancel('a'), future.cancel('b'), future.state]).toEqual([true, true, 'running']);
    expect(controller.told).toEqual(['a', 'b']);
    const error = new CancelledError('gave way');
    controller.setCancelled(error);
    expect([future.state, future.cancelled(), future.done(), future.cancel()]).toEqual(['cancelled', true, true, true]);
    await expect(future).rejects.toBe(error);
    await expect(future.exception()).rejects.toBe(error);
    expect(await future.abort()).toBe(true);
    expect(() => {
      controller.setCancelled(error);
    }).toThrow(InvalidStateError);
    expect(controller.told).toHaveLength(2);
  });

  test('the future can be of a subclass', () => {
    class Task<T> extends Future<T> {}
    expect(new FutureController<number>('x', Task).future).toBeInstanceOf(Task);
  });

  test('onLook is told each time that somebody asks for the outcome, or waits for it, until it is there', async () => {
    const looks: string[] = [];
    const make = (): FutureController<number> =>
      new (class extends FutureController<number> {
        override onLook(): void {
          looks.push('look');
        }
      })();
    const asks: ((future: Future<number>) => unknown)[] = [
      async (future) => await future,
      (future) => future.then(),
      (future) => Promise.all([future]),
      (future) => future.result(),
      (future) => future.exception(),
      (future) => future.addDoneCallback(() => undefined),
      (future) => wait([future]),
      (future) => asCompleted([future]).next(),
    ];
    for (const ask of asks) {
      looks.length = 0;
      const controller = make();
      expect([controller.future.state, controller.future.done(), controller.future.name]).toEqual(['pending', false, 'task']);
      expect(looks).toEqual([]);
      const first = ask(controller.future);
      const times = looks.length;
      expect(times).toBeGreaterThan(0);
      const second = ask(controller.future);
      expect(looks.length).toBe(2 * times);
      controller.setResult(1);
      await Promise.all([first, second]);
      await ask(controller.future);
      expect(looks.length).toBe(2 * times);
    }
  });
});

describe('result() and exception()', () => {
  const timed = { pending: TimeoutError, running: TimeoutError, cancelled: CancelledError };

  test.each(['pending', 'running', 'cancelled'] as const)('with timeoutMs 0, of one that is %s', async (state) => {
    const { future } = inState(state);
    await expect(future.result(0)).rejects.toBeInstanceOf(timed[state]);
    await expect(future.exception(0)).rejects.toBeInstanceOf(timed[state]);
  });

  test('with timeoutMs 0, of those that are finished', async () => {
    await expect(inState('failed').future.result(0)).rejects.toBe(failure);
    await expect(inState('failed').future.exception(0)).resolves.toBe(failure);
    await expect(inState('finished').future.result(0)).resolves.toBe(42);
    await expect(inState('finished').future.exception(0)).resolves.toBeUndefined();
  });

  test('a waiter wakes when the result comes', async () => {
    const controller = inState('running');
    const waiting = [controller.future.result(), controller.future.result(60_000), controller.future.exception(60_000)];
    controller.setResult(42);
    expect(await Promise.all(waiting)).toEqual([42, 42, undefined]);
  });

  test('a waiter wakes when the error comes', async () => {
    const controller = inState('running');
    const waiting = [controller.future.exception(), controller.future.exception(60_000)];
    const rejecting = expect(controller.future.result(60_000)).rejects.toBe(failure);
    controller.setException(failure);
    expect(await Promise.all(waiting)).toEqual([failure, failure]);
    await rejecting;
  });

  test('a waiter wakes when it is cancelled, and hears why', async () => {
    const { future } = inState('pending');
    const waiting = Promise.allSettled([future.result(), future.exception(60_000), future]);
    future.cancel('changed my mind');
    for (const outcome of await waiting) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'HEDDLE_CANCELLED', cause: 'changed my mind' } });
    }
  });

  test('the timeout says what was waited for, and the future goes on', async () => {
    const controller = inState('running');
    await expect(controller.future.result(1)).rejects.toThrow('task "sum" was not done after 1 ms; it goes on');
    controller.setResult(42);
    await expect(controller.future).resolves.toBe(42);
  });

  test('a timeoutMs that makes no sense is refused', () => {
    const { future } = inState('pending');
    expect(() => future.result(-1)).toThrow(RangeError);
    expect(() => future.result(NaN)).toThrow(RangeError);
    expect(() => future.result('5' as never)).toThrow(/timeoutMs must be a number of milliseconds/);
  });

  test.each([undefined, null, 0, '', false, NaN])('a falsy error (%p) is an error', async (error) => {
    const controller = inState('running');
    controller.setException(error);
    const [outcome] = await Promise.allSettled([controller.future]);
    expect(outcome).toEqual({ status: 'rejected', reason: error });
    expect(await controller.future.exception()).toBe(error);
    expect(String(controller.future)).toContain('raised');
  });
});

describe('done callbacks', () => {
  test('get the future with its result, error or cancellation', async () => {
    const seen: unknown[] = [];
    const note = (future: Future<number>): unknown => seen.push(future.state, future.cancelled());
    const controllers = [inState('running'), inState('running'), inState('pending')] as const;
    for (const { future } of controllers) future.addDoneCallback(note);
    controllers[0].setResult(42);
    controllers[1].setException(failure);
    expect(controllers[2].future.cancel()).toBe(true);
    expect(seen).toEqual(['finished', false, 'finished', false, 'cancelled', true]);
    expect(await controllers[1].future.exception()).toBe(failure);
  });

  test('run at once when added late', () => {
    for (const state of ['finished', 'failed', 'cancelled'] as const) {
      const { future } = inState(state);
      const seen: unknown[] = [];
      future.addDoneCallback((got) => seen.push(got));
      expect(seen).toEqual([future]);
    }
  });

  test('run in the order of adding, each as often as it was added', () => {
    const controller = inState('running');
    const order: number[] = [];
    const twice = (): unknown => order.push(2);
    controller.future.addDoneCallback(() => order.push(1));
    controller.future.addDoneCallback(twice);
    controller.future.addDoneCallback(twice);
    controller.future.addDoneCallback(() => order.push(3));
    expect(order).toEqual([]);
    controller.setResult(0);
    expect(order).toEqual([1, 2, 2, 3]);
  });

  test('one that throws is reported; the others run', async () => {
    const controller = inState('running');
    const order: string[] = [];
    controller.future.addDoneCallback(() => order.push('first'));
    controller.future.addDoneCallback(() => {
      throw new TypeError('in the callback');
    });
    controller.future.addDoneCallback(() => order.push('last'));
    const [warning] = await reported('HEDDLE_CALLBACK_THREW', () => controller.setResult(1));
    expect(order).toEqual(['first', 'last']);
    expect(warning?.detail).toContain('TypeError: in the callback');
    expect(warning?.name).toBe('HeddleWarning');
    await reported('HEDDLE_CALLBACK_THREW', () =>
      controller.future.addDoneCallback(() => {
        throw new Error('late');
      }),
    );
  });

  test('may add callbacks, settle other futures and look at the outcome', async () => {
    const [first, second] = [inState('running'), inState('running')];
    const order: string[] = [];
    second.future.addDoneCallback(() => order.push('second'));
    first.future.addDoneCallback((future) => {
      second.setResult(1);
      future.addDoneCallback(() => order.push('added by a callback'));
      order.push('first');
    });
    first.setResult(1);
    expect(order).toEqual(['second', 'added by a callback', 'first']);
    await first.future;
  });

  test('run in the async context of whoever added them', () => {
    const storage = new AsyncLocalStorage<string>();
    const controller = inState('running');
    const seen: unknown[] = [];
    const note = (): unknown => seen.push(storage.getStore());
    storage.run('a', () => controller.future.addDoneCallback(note));
    storage.run('b', () => controller.future.addDoneCallback(note));
    controller.future.addDoneCallback(note);
    storage.run('settler', () => controller.setResult(1));
    storage.run('late', () => controller.future.addDoneCallback(note));
    expect(seen).toEqual(['a', 'b', undefined, 'late']);
  });

  test('must be functions', () => {
    expect(() => inState('pending').future.addDoneCallback('x' as never)).toThrow('addDoneCallback: callback must be a function, got "x"');
  });
});

describe('abort', () => {
  test('of a pending future cancels it', async () => {
    const { future } = inState('pending');
    expect(await future.abort('why')).toBe(true);
    await expect(future).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED', cause: 'why' });
  });

  test('of a running one asks the controller; the default can not stop it', async () => {
    expect(await inState('running').future.abort()).toBe(false);
    const asked: unknown[] = [];
    const controller = new (class extends FutureController<number> {
      override onAbort(reason: unknown, graceMs: number): Promise<boolean> {
        asked.push(reason, graceMs);
        this.setException(this.abortError(reason));
        return Promise.resolve(true);
      }
    })('long');
    controller.setRunningOrNotifyCancel();
    expect(await controller.future.abort('too long', { graceMs: 7 })).toBe(true);
    expect(asked).toEqual(['too long', 7]);
    await expect(controller.future).rejects.toMatchObject({ code: 'HEDDLE_ABORTED', reason: 'too long', message: /"long" was aborted/ });
  });

  test('of a done one is false', async () => {
    for (const state of ['finished', 'failed'] as const) expect(await inState(state).future.abort()).toBe(false);
  });

  test('a graceMs that makes no sense is refused', async () => {
    await expect(inState('running').future.abort('x', { graceMs: -1 })).rejects.toThrow(/graceMs/);
  });
});
