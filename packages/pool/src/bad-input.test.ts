/**
 * What is wrong with a call is said by the call; what is wrong with a value, where its result is awaited.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { failureOf } from '@heddle/testkit/support';
import { describeEachPool, range, square } from './test-support/each-pool.js';

const notRunning = { code: 'HEDDLE_SHUTDOWN' };

describeEachPool('bad input', (kit) => {
  const { Constructor, make } = kit;
  const { name } = Constructor;

  test.each([
    [0, RangeError, 'processes must be a whole number of at least 1, got 0'],
    [-1, RangeError, 'processes must be a whole number of at least 1, got -1'],
    [1.5, RangeError, 'processes must be a whole number of at least 1, got 1.5'],
    [NaN, RangeError, 'processes must be a whole number of at least 1, got NaN'],
    [{ processes: '4' }, TypeError, 'processes must be a whole number, got "4"'],
    ['4', TypeError, 'options must be an object, got "4"'],
    [null, TypeError, 'options must be an object, got null'],
    [{ initializer: 5 }, TypeError, 'initializer must be a function, got 5'],
    [{ initargs: 'ab' }, TypeError, 'initargs must be an array, got "ab"'],
    [{ maxTasksPerWorker: 0 }, RangeError, 'maxTasksPerWorker must be a whole number of at least 1, got 0'],
    [{ maxtasksperchild: 10 }, TypeError, 'maxtasksperchild is called maxTasksPerWorker here'],
    [{ maxTasksPerChild: 10 }, TypeError, 'maxTasksPerChild is called maxTasksPerWorker here'],
    [{ process: 4 }, TypeError, 'unknown option "process"; did you mean "processes"?'],
  ])('new Pool(%p)', (options, Kind, message) => {
    const construct = (): unknown => new Constructor(options as never);
    expect(construct).toThrow(Kind);
    expect(construct).toThrow(`${name}: ${message}`);
  });

  test('what is no function', () => {
    const pool = kit.shared;
    const calls: Record<string, () => unknown> = {
      apply: () => pool.apply(5 as never),
      applyAsync: () => pool.applyAsync('f' as never),
      map: () => pool.map(undefined as never, [1]),
      mapAsync: () => pool.mapAsync(null as never, [1]),
      starmap: () => pool.starmap({} as never, [[1]]),
      starmapAsync: () => pool.starmapAsync(5 as never, [[1]]),
      imap: () => pool.imap(5 as never, [1]),
      imapUnordered: () => pool.imapUnordered(5 as never, [1]),
    };
    for (const [verb, call] of Object.entries(calls)) {
      expect(call).toThrow(TypeError);
      expect(call).toThrow(`${verb}: the task must be a function, got `);
    }
  });

  test('what the types refuse', async () => {
    const pool = kit.shared;
    // @ts-expect-error an argument is missing
    expect(await pool.apply(square)).toBeNaN();
    // @ts-expect-error an argument of a wrong type
    expect(await pool.apply(square, ['3'])).toBe(9);
    // @ts-expect-error items of a wrong type
    expect(await pool.map(square, ['3'])).toEqual([9]);
    // @ts-expect-error a list that is too short
    expect(await pool.starmap((a: number, b: number) => a + b, [[1]])).toEqual([NaN]);
  });

  test('arguments that are no array, items that can not be iterated', () => {
    const pool = kit.shared;
    expect(() => pool.apply(square, 5 as never)).toThrow(new TypeError('apply: args must be an array of arguments, got 5'));
    expect(() => pool.applyAsync(square, 'ab' as never)).toThrow(new TypeError('applyAsync: args must be an array of arguments, got "ab"'));
    expect(() => pool.map(square, 5 as never)).toThrow(new TypeError('map: items must be iterable, got 5'));
    expect(() => pool.starmapAsync(square, null as never)).toThrow(new TypeError('starmapAsync: items must be iterable, got null'));
    expect(() => pool.imap(square, {} as never)).toThrow(new TypeError('imap: items must be iterable, got an object'));
    async function* later(): AsyncGenerator<number> {
      yield 1;
    }
    expect(() => pool.map(square, later() as never)).toThrow(/^map: items must be iterable, got an instance of .*: imap takes it$/);
  });

  test('chunkSize, bufferSize, callbacks', () => {
    const pool = kit.shared;
    for (const chunkSize of [0, -1, 1.5, NaN]) {
      for (const verb of ['map', 'mapAsync', 'imap', 'imapUnordered'] as const) {
        expect(() => pool[verb](square, [1], chunkSize)).toThrow(RangeError);
        expect(() => pool[verb](square, [1], { chunkSize })).toThrow(
          `${verb}: chunkSize must be a whole number of at least 1, got ${String(chunkSize)}`,
        );
      }
      expect(() => pool.starmap(square, [[1]], chunkSize)).toThrow(RangeError);
      expect(() => pool.starmapAsync(square, [[1]], { chunkSize })).toThrow(RangeError);
      expect(() => pool.imap(square, [1], { bufferSize: chunkSize })).toThrow(RangeError);
    }
    expect(() => pool.map(square, [1], { chunksize: 5 } as never)).toThrow(
      new TypeError('map: unknown option "chunksize"; did you mean "chunkSize"?'),
    );
    expect(() => pool.applyAsync(square, [1], { callback: 5 as never })).toThrow(
      new TypeError('applyAsync: callback must be a function, got 5'),
    );
    expect(() => pool.mapAsync(square, [1], { errorCallback: 'f' as never })).toThrow(
      new TypeError('mapAsync: errorCallback must be a function, got "f"'),
    );
    expect(() => pool.applyAsync(square, [1], { error_callback: () => undefined } as never)).toThrow(/did you mean "errorCallback"\?/);
  });

  test('timeouts: negative, NaN, not a number', async () => {
    const pool = kit.shared;
    const result = pool.applyAsync(square, [3]);
    const results = pool.imap(square, range(3));
    for (const timeoutMs of [-1, NaN]) {
      for (const wait of [result.get(timeoutMs), result.wait(timeoutMs), results.next(timeoutMs)]) {
        const error = await failureOf(wait);
        expect(error).toBeInstanceOf(RangeError);
        expect(error.message).toMatch(/timeoutMs must be 0 or more milliseconds, got (-1|NaN)$/);
      }
    }
    for (const wait of [result.get('5' as never), result.wait('5' as never), results.next('5' as never)])
      expect(await failureOf(wait)).toBeInstanceOf(TypeError);
    expect(await result.get()).toBe(9);
    expect(await results.toArray()).toEqual([0, 1, 4]);
  });

  test('a starmap of what is no list of arguments', async () => {
    const pool = kit.shared;
    const error = await failureOf(pool.starmap((a: number, b: number) => a + b, [[1, 2], 5 as never]));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe('starmap: items[1] must be a list of arguments, got 5');
    expect(await pool.starmap((a: number, b: number) => a + b, new Set([new Set([1, 2]), [3, 4]]) as never)).toEqual([3, 7]);
  });

  test('an argument and a result that can not travel', async () => {
    const pool = kit.shared;
    expect(await failureOf(pool.apply((value: unknown) => value, [{ deep: [new WeakMap()] }]))).toMatchObject({
      code: 'HEDDLE_SERIALIZATION',
      path: 'args[0].deep[0]',
    });
    expect(await failureOf(pool.map(() => new WeakMap(), range(3)))).toMatchObject({ code: 'HEDDLE_SERIALIZATION' });
    expect(await failureOf(pool.apply((value: unknown) => typeof value, [pool]))).toMatchObject({
      code: 'HEDDLE_SERIALIZATION',
      path: 'args[0]',
    });
    expect(await pool.apply(square, [3])).toBe(9);
  });

  test('join before close', async () => {
    const pool = kit.shared;
    expect(await failureOf(pool.join())).toMatchObject({
      code: 'HEDDLE_INVALID_STATE',
      message: 'join: the pool is still running; call close() first, or terminate()',
    });
    expect(await pool.apply(square, [3])).toBe(9);
  });

  test.each(['close', 'terminate'] as const)('calls after %s; ending it again is fine', async (end) => {
    const pool = make(1);
    await pool[end]();
    const calls = [
      () => pool.apply(square, [1]),
      () => pool.applyAsync(square, [1]),
      () => pool.map(square, [1]),
      () => pool.mapAsync(square, []),
      () => pool.starmap(square, [[1]]),
      () => pool.starmapAsync(square, [[1]]),
      () => pool.imap(square, [1]),
      () => pool.imapUnordered(square, []),
    ];
    for (const call of calls) expect(call).toThrow(expect.objectContaining(notRunning));
    expect(calls[0]).toThrow(`apply: the pool is not running: it was ${end}d; make a new one`);
    await pool.join();
    pool.close();
    await pool.terminate();
    await pool.join();
  });
});
