import assert from 'node:assert/strict';
import type { MapOptions, MapResults } from '@heddle/futures';
import { failInInnerMap } from '../async-tasks.js';
import { namedError, rejection } from '../check.js';
import type { Suite } from '../suite.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Starts a map of 40 items that fails at item 17. The variants differ in the source of the items. */
type FailingMap = (options: MapOptions) => MapResults<unknown>;

async function indexOf(results: MapResults<unknown>): Promise<unknown> {
  const error = namedError(await rejection(results.toArray()), 'RangeError', /^bad 17$/);
  assert.match(error.stack ?? '', /^RangeError: bad 17\n[\s\S]*\n {4}--- item 17 of a map ---$/);
  return (error as { index?: unknown }).index;
}

export function mapErrorTests({ test, given }: Suite): void {
  test('an error says which item of all it is of, however they come, and in whatever chunks', async (t) => {
    const executor = t.executor();
    const picky = (n: number): number => {
      if (n === 17) throw new RangeError(`bad ${String(n)}`);
      return n;
    };
    const pickyLater = async (n: number): Promise<number> => {
      await Promise.resolve();
      if (n === 17) throw new RangeError(`bad ${String(n)}`);
      return n;
    };
    const pickyPair = (n: number, offset: number): number => {
      if (n + offset === 17) throw new RangeError('bad 17');
      return n;
    };
    const fromSource = async function* (): AsyncGenerator<number> {
      for (const n of range(40)) {
        if (n % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
        yield n;
      }
    };
    const maps: Record<string, FailingMap> = {
      'an array': (options) => executor.map(picky, range(40), options),
      'a set': (options) => executor.map(picky, new Set(range(40)), options),
      'a typed array': (options) => executor.map(picky, Int16Array.from(range(40)), options),
      'an async source': (options) => executor.map(picky, fromSource(), options),
      'an async function': (options) => executor.map(pickyLater, range(40), options),
      starmap: (options) =>
        executor.starmap(
          pickyPair,
          range(40).map((n): [number, number] => [n - 2, 2]),
          options,
        ),
    };
    for (const [name, map] of Object.entries(maps)) {
      for (const chunkSize of [1, 4, 18, 100, 'auto'] as const) {
        for (const ordered of [true, false]) {
          assert.equal(
            await indexOf(map({ chunkSize, ordered })),
            17,
            `${name}, chunkSize ${String(chunkSize)}, ordered ${String(ordered)}`,
          );
        }
      }
    }
  });

  test('what is no error, frozen, or has an index of its own comes as it was thrown', async (t) => {
    const executor = t.executor();
    const thrower = (kind: string): never => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is about throwing anything
      if (kind === 'text') throw 'text';
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is about throwing anything
      if (kind === 'plain') throw { of: 'mine' };
      if (kind === 'own') throw Object.assign(new RangeError('own'), { index: 'mine' });
      const frozen = new RangeError('frozen');
      Object.freeze(frozen);
      throw frozen;
    };
    const thrown = async (kind: string): Promise<unknown> => await rejection(executor.map(thrower, [kind]).toArray());
    assert.equal(await thrown('text'), 'text');
    assert.deepEqual({ ...((await thrown('plain')) as object) }, { of: 'mine' });
    assert.equal((namedError(await thrown('own'), 'RangeError', /^own$/) as unknown as { index: unknown }).index, 'mine');
    namedError(await thrown('frozen'), 'RangeError', /^frozen$/);
  });

  test('an error that an inner map has told of says the item of the outer one, and both in its stack', async (t) => {
    const error = namedError(
      await rejection(t.executor().map(failInInnerMap, range(8), { chunkSize: 2 }).toArray()),
      'RangeError',
      /^inner$/,
    );
    assert.equal((error as unknown as { index: unknown }).index, 5);
    assert.match(error.stack ?? '', /--- item 3 of a map ---[\s\S]*--- item 5 of a map ---$/);
  });

  given('captures').test('the same error of many items keeps a stack of bounded length, and says the last', async (t) => {
    const executor = t.executor();
    const shared = new RangeError('shared');
    const raise = (): never => {
      throw shared;
    };
    for (let i = 0; i < 6; i++) {
      const pass = (n: number): unknown => (n === i ? raise() : n);
      const failed = await rejection(executor.map(pass, range(8)).toArray());
      const error = namedError(failed, 'RangeError', /^shared$/) as Error & { index?: unknown };
      assert.equal(error.index, i);
      assert.ok((error.stack?.match(/ of a map ---/g)?.length ?? 0) <= 3);
    }
  });
}
