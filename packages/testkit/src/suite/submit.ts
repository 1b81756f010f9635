import assert from 'node:assert/strict';
import { namedError, rejection, sameData, stillWorks, thrown } from '../check.js';
import type { Suite } from '../suite.js';
import { double, identity } from '../tasks.js';

/** The falsy values, which tasks return and throw. */
const falsy = [undefined, null, 0, '', false, NaN];

export function submitTests({ test }: Suite): void {
  test('the future has the value of the call', async (t) => {
    const executor = t.executor();
    assert.equal(await executor.submit((base: number, power: number) => base ** power, 2, 10), 1024);
    assert.equal(await executor.submit(() => 'no arguments'), 'no arguments');
    const nothing = (): unknown => undefined;
    assert.equal(await executor.submit(nothing), undefined);
  });

  test('a function by reference runs', async (t) => {
    const executor = t.executor();
    assert.equal(await executor.submit(double, 21), 42);
    assert.equal(await executor.submit(identity, 'itself'), 'itself');
  });

  test('what a task awaits is awaited: async functions, promises, thenables', async (t) => {
    const executor = t.executor();
    const add = async (a: number, b: number): Promise<number> => (await Promise.resolve(a)) + b;
    assert.equal(await executor.submit(add, 1, 2), 3);
    assert.equal(await executor.submit((n: number) => Promise.resolve(n), 4), 4);
    const thenable = (n: number): PromiseLike<number> =>
      ({
        then: (resolve: (value: number) => void) => {
          resolve(n);
        },
      }) as unknown as PromiseLike<number>;
    assert.equal(await executor.submit(thenable, 5), 5);
  });

  test('functions of every spelling run', async (t) => {
    const executor = t.executor();
    const holder = {
      method(n: number): number {
        return n + 1;
      },
      async asyncMethod(n: number): Promise<number> {
        return Promise.resolve(n + 2);
      },
    };
    const fallback = (n: number, { by = 3, ...rest }: { by?: number; more?: number } = {}, ...others: number[]): number =>
      n + by + (rest.more ?? 0) + others.length;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- neither uses `this`
    const { method, asyncMethod } = holder;
    assert.equal(await executor.submit(method, 1), 2);
    assert.equal(await executor.submit(asyncMethod, 1), 3);
    assert.equal(await executor.submit(fallback, 1), 4);
    assert.equal(await executor.submit(fallback, 1, { by: 10, more: 100 }, 7, 8), 113);
    assert.equal(
      await executor.submit(function named(n: number): number {
        return n > 0 ? n + named(n - 1) : 0;
      }, 4),
      10,
    );
  });

  test('arguments arrive intact, and in their places', async (t) => {
    const executor = t.executor();
    const rows: unknown[] = [
      undefined,
      null,
      true,
      0,
      -0,
      NaN,
      Infinity,
      12n,
      '',
      'text',
      '\u{1F9F5}',
      [],
      {},
      { fn: 1, self: 2, args: [3] },
      new Date(86_400_000),
      /a+/gi,
      new Map([['k', new Set([1, 2])]]),
      new Uint8Array([1, 2, 3]),
      new ArrayBuffer(8),
      [[[['deep']]]],
    ];
    sameData(await executor.submit((...args: unknown[]) => args, ...rows), rows);
    for (const value of rows) sameData(await executor.submit((arg: unknown) => arg, value), value);
  });

  test('an argument that contains itself, and one that comes twice, keep their shape', async (t) => {
    const cyclic: { self?: unknown; name: string } = { name: 'ring' };
    cyclic.self = cyclic;
    const shared = { n: 1 };
    const isRing = (value: { self?: unknown }): boolean => value.self === value;
    assert.equal(await t.executor().submit(isRing, cyclic), true);
    assert.equal(await t.executor().submit((pair: unknown[]) => pair[0] === pair[1], [shared, shared]), true);
  });

  test('a call may have very many arguments', async (t) => {
    const numbers = Array.from({ length: 3000 }, (_, i) => i);
    const sum = (...each: number[]): number => each.reduce((total, n) => total + n, 0);
    assert.equal(await t.executor().submit(sum, ...numbers), 4_498_500);
  });

  test('submit without a function throws at the call', async (t) => {
    const executor = t.executor();
    const submit = executor.submit.bind(executor) as (...args: unknown[]) => unknown;
    for (const wrong of [undefined, null, 'task', 42, {}, [() => 1], Promise.resolve()]) {
      namedError(
        thrown(() => submit(wrong)),
        'TypeError',
        /submit.*function/s,
      );
    }
    await stillWorks(executor);
  });

  test('what a task throws is what the future rejects with, falsy or not', async (t) => {
    const executor = t.executor();
    const raise = (value: unknown): never => {
      throw value;
    };
    for (const value of [...falsy, 'text', 7, 8n, true]) {
      assert.ok(Object.is(await rejection(executor.submit(raise, value)), value), `throw ${String(value)}`);
    }
    sameData(await rejection(executor.submit(raise, { code: 1 })), { code: 1 });
    await stillWorks(executor);
  });

  test('falsy rejections of async tasks reject too', async (t) => {
    const executor = t.executor();
    const reject = (value: unknown): Promise<never> => Promise.reject(value);
    for (const value of falsy) assert.ok(Object.is(await rejection(executor.submit(reject, value)), value));
  });

  test('ten thousand tasks of one tick all settle, each with its own value', async (t) => {
    const executor = t.executor();
    const futures = Array.from({ length: 10_000 }, (_, i) => executor.submit((n: number) => n + 1, i));
    const values = await Promise.all(futures);
    assert.equal(values.length, 10_000);
    values.forEach((value, i) => {
      assert.equal(value, i + 1);
    });
  });

  test('failures and successes of one tick do not mix', async (t) => {
    const executor = t.executor();
    const picky = (n: number): number => {
      if (n % 3 === 0) throw new RangeError(`refused ${String(n)}`);
      return n;
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 300 }, (_, i) => executor.submit(picky, i)));
    outcomes.forEach((outcome, i) => {
      if (outcome.status === 'fulfilled') assert.equal(outcome.value, i);
      else namedError(outcome.reason, 'RangeError', new RegExp(`^refused ${String(i)}$`));
      assert.equal(outcome.status, i % 3 === 0 ? 'rejected' : 'fulfilled');
    });
  });
}
