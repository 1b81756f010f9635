import { describe, expect, test } from '@jest/globals';
import { FutureController } from '../future/future-controller.js';
import type { Future } from '../future/future.js';
import { asCompleted } from './as-completed.js';
import { wait } from './wait.js';

const make = (count: number): FutureController<number>[] =>
  Array.from({ length: count }, (_, i) => new FutureController<number>(String(i)));

describe('asCompleted', () => {
  test('gives those that are done first, in the order given, then the others as they are done', async () => {
    const controllers = make(5);
    const [a, b, c, d, e] = controllers.map(({ future }) => future);
    controllers[3]?.setResult(3);
    controllers[1]?.future.cancel();
    const order: (Future<number> | undefined)[] = [];
    for await (const future of asCompleted(controllers.map((each) => each.future))) {
      order.push(future);
      if (order.length === 2) controllers[4]?.setException(new Error('x'));
      if (order.length === 3) controllers[0]?.setResult(0);
      if (order.length === 4) controllers[2]?.setResult(2);
    }
    expect(order).toEqual([b, d, e, a, c]);
    await e?.exception();
  });

  test('the loop variable is the future, in types too', async () => {
    const [controller] = make(1);
    controller?.setResult(1);
    for await (const future of asCompleted(controller === undefined ? [] : [controller.future])) {
      const same: Future<number> = future;
      expect(same.state).toBe('finished');
    }
  });

  test('timeoutMs: what is done comes, then one TimeoutError, then nothing', async () => {
    for (const timeoutMs of [0, 1]) {
      const controllers = make(3);
      controllers[2]?.setResult(1);
      const completed = asCompleted(
        controllers.map(({ future }) => future),
        { timeoutMs },
      );
      expect(await completed.next()).toEqual({ done: false, value: controllers[2]?.future });
      await expect(completed.next()).rejects.toMatchObject({
        code: 'HEDDLE_TIMEOUT',
        message: `asCompleted: 2 of 3 futures were not done after ${String(timeoutMs)} ms`,
      });
      expect(await completed.next()).toEqual({ done: true, value: undefined });
      expect(controllers[0]?.future.state).toBe('pending');
    }
  });

  test('next() called ahead is answered in order', async () => {
    const controllers = make(2);
    const completed = asCompleted(controllers.map(({ future }) => future));
    const steps = [completed.next(), completed.next(), completed.next()];
    controllers[1]?.setResult(1);
    controllers[0]?.setResult(0);
    const [first, second, third] = await Promise.all(steps);
    expect([first?.value, second?.value, third?.done]).toEqual([controllers[1]?.future, controllers[0]?.future, true]);
  });

  test('leaving early lets go: no timer is left, later results are not waited for', async () => {
    const controllers = make(2);
    controllers[0]?.setResult(0);
    const completed = asCompleted(
      controllers.map(({ future }) => future),
      { timeoutMs: 60_000 },
    );
    for await (const future of completed) {
      expect(future).toBe(controllers[0]?.future);
      break;
    }
    expect(await completed.next()).toEqual({ done: true, value: undefined });
    const open = asCompleted(controllers.map(({ future }) => future).slice(1));
    const waiting = open.next();
    await open.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('duplicates once; none at all ends at once', async () => {
    const [controller] = make(1);
    controller?.setResult(1);
    const future = controller?.future as Future<number>;
    const seen: unknown[] = [];
    for await (const each of asCompleted([future, future])) seen.push(each);
    expect(seen).toEqual([future]);
    expect((await asCompleted([]).next()).done).toBe(true);
  });

  test('a hundred thousand are no trouble', async () => {
    const controllers = make(100_000);
    for (const each of controllers) each.setResult(1);
    let count = 0;
    for await (const future of asCompleted(controllers.map((each) => each.future))) if (future.done()) count += 1;
    expect(count).toBe(100_000);
  });

  test('wrong arguments and options are named, at the call', () => {
    expect(() => asCompleted(undefined as never)).toThrow('asCompleted: futures must be an iterable of futures, got undefined');
    expect(() => asCompleted([1] as never)).toThrow('asCompleted: futures must be futures, got 1');
    expect(() => asCompleted([], { timeoutMs: 'x' as never })).toThrow(TypeError);
    expect(() => asCompleted([], { returnWhen: 'x' } as never)).toThrow(/unknown option "returnWhen"; known options: timeoutMs/);
  });
});

test('futures of several types keep their types, with wait() too', async () => {
  const [text, count] = [new FutureController<string>('text'), new FutureController<number>('count')];
  text.setResult('a');
  count.setResult(1);
  const values: (string | number)[] = [];
  for await (const future of asCompleted([text.future, count.future])) {
    const value: string | number = await future.result();
    // @ts-expect-error -- it may be a number
    const narrower: string = await future.result();
    values.push(value, narrower);
  }
  expect(values).toEqual(['a', 'a', 1, 1]);
  const { done } = await wait([text.future, count.future]);
  const first: Future<string> | Future<number> | undefined = [...done][0];
  expect(await first).toBe('a');
});
