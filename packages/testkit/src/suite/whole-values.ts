/**
 * Tests that no part of a value is lost on its way. The parts that structured clone keeps arrive; a part that it would drop is refused with
 * its path. `@heddle/serialization` tries thousands of generated values. Here are a few, on every path.
 */
import assert from 'node:assert/strict';
import { callback } from '@heddle/serialization';
import { rejectsWith } from '../check.js';
import type { Suite } from '../suite.js';
import { reportEach } from '../tasks.js';

type Resizable = ArrayBuffer & { readonly resizable: boolean; readonly maxByteLength: number; resize(size: number): void };
const ResizableBuffer = ArrayBuffer as unknown as new (size: number, options: { maxByteLength: number }) => Resizable;
const wasm = globalThis as unknown as { WebAssembly: { CompileError: ErrorConstructor } };

/** Values of which an encoder easily overlooks a part, and tests that they have arrived whole. */
const whole: readonly (readonly [name: string, make: () => unknown, isWhole: (value: unknown) => boolean])[] = [
  [
    'the fields of a match',
    () => /b(?<rest>.)/.exec('abc'),
    (value) => {
      const { index, input, groups } = value as RegExpExecArray;
      return index === 1 && input === 'abc' && groups?.['rest'] === 'c';
    },
  ],
  [
    'fields of arrays, deep and with holes',
    () => ({ list: Object.assign([1, , 3], { tag: Object.assign([], { n: 1 }) }) }), // eslint-disable-line no-sparse-arrays
    (value) => {
      const { list } = value as { list: unknown[] & { tag: { n: number } } };
      return list.tag.n === 1 && !(1 in list) && list.length === 3;
    },
  ],
  [
    'a buffer that can be resized',
    () => new ResizableBuffer(8, { maxByteLength: 16 }),
    (value) => (value as Resizable).resizable && (value as Resizable).maxByteLength === 16,
  ],
  [
    'a view that follows its buffer',
    () => new Uint8Array(new ResizableBuffer(8, { maxByteLength: 16 })),
    (value) => {
      const view = value as Uint8Array;
      (view.buffer as Resizable).resize(12);
      return view.length === 12;
    },
  ],
  [
    'an error of WebAssembly',
    () => new wasm.WebAssembly.CompileError('q'),
    (value) => (value as Error).name === 'CompileError' && !Object.hasOwn(value as Error, 'name'),
  ],
  [
    'a record over an empty prototype',
    () => Object.setPrototypeOf({ a: 1 }, Object.create(null) as object) as unknown,
    (value) => (value as { a: number }).a === 1,
  ],
];

class Rows {
  async *[Symbol.asyncIterator](): AsyncGenerator<number> {
    yield await Promise.resolve(1);
  }
  count(): number {
    return 1;
  }
}

/** Values that would lose a part, and the path that the refusal names. */
const refused: readonly (readonly [value: unknown, place: string])[] = [
  [Object.assign(new Map(), { name: 'm' }), '.name'],
  [Object.assign(new Date(0), { zone: 'UTC' }), '.zone'],
  [Object.assign(new Uint8Array(100), { width: 10 }), '.width'],
  [{ [Symbol.for('key')]: 1 }, '[Symbol(key)]'],
  [new (class Pixels extends Uint8Array {})(2), ''],
  [new (class Pattern extends RegExp {})('a'), ''],
  [Object.setPrototypeOf(new Map([[1, 2]]), Object.prototype), ''],
  [new Rows(), ''],
];

export function wholeValueTests({ given }: Suite): void {
  const { test } = given('isolated');
  const { test: testCaptures } = given('isolated', 'captures');
  const { test: testCallerObjects } = given('isolated', 'callerObjects');
  const { test: testProgress } = given('isolated', 'progress');

  for (const [name, make, isWhole] of whole) {
    test(`whole values: ${name}, as argument, item and result`, async (t) => {
      const executor = t.executor();
      assert.equal(isWhole(await executor.submit((value: unknown) => value, make())), true, 'there and back');
      assert.equal(
        isWhole(await executor.submit((value: unknown) => ({ value }), make()).then(({ value }) => value)),
        true,
        'within a result',
      );
      const items = [make(), make()];
      for (const value of await executor.map((item: unknown) => item, items, { chunkSize: 1 }).toArray())
        assert.equal(isWhole(value), true, 'an item');
      for (const value of await executor.map((item: unknown) => item, items, { chunkSize: 2 }).toArray())
        assert.equal(isWhole(value), true, 'an item of a chunk');
      for await (const value of executor.stream(function* (one: unknown) {
        yield one;
      }, make()))
        assert.equal(isWhole(value), true, 'an item of a stream');
    });

    testCaptures(`whole values: ${name}, captured`, async (t) => {
      const captured = make();
      assert.equal(isWhole(await t.executor().submit(() => captured)), true);
    });

    testCallerObjects(`whole values: ${name}, to a callback and back`, async (t) => {
      const seen: unknown[] = [];
      const give = callback((value: unknown) => {
        seen.push(value);
        return make();
      });
      assert.equal(
        isWhole(
          await t.executor().submit(async (call: (value: unknown) => Promise<unknown>, value: unknown) => await call(value), give, make()),
        ),
        true,
      );
      assert.deepEqual(seen.map(isWhole), [true]);
    });
  }

  test('whole values: what would arrive as less is refused, with its place', async (t) => {
    const executor = t.executor();
    for (const [value, place] of refused) {
      const error = await rejectsWith(
        executor.submit((arg: unknown) => typeof arg, { deep: [value] }),
        'HEDDLE_SERIALIZATION',
      );
      assert.equal((error as { path?: unknown }).path, `args[0].deep[0]${place}`);
      const results = executor.map((item: unknown) => typeof item, [1, value], { chunkSize: 1 });
      assert.match((await rejectsWith(results.toArray(), 'HEDDLE_SERIALIZATION')).message, /items/);
    }
    const result = executor.submit(() => Object.assign(new Set([1]), { name: 's' }));
    assert.equal(((await rejectsWith(result, 'HEDDLE_SERIALIZATION')) as { path?: unknown }).path, 'result.name');
  });

  testProgress('whole values: in reports', async (t) => {
    const seen: unknown[] = [];
    const executor = t.executor().with({ onProgress: (progress) => seen.push(progress) });
    await executor.submit(
      reportEach,
      whole.map(([, make]) => make()),
    );
    assert.deepEqual(
      seen.map((value, i) => whole[i]?.[2](value)),
      whole.map(() => true),
    );
  });
}
