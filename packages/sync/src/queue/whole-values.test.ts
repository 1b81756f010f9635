/** Nothing is lost of an item on its way through shared memory, or by message where it is large. */
import { expect, test } from '@jest/globals';
import { Queue } from '@heddle/sync';

const made = (padding: number): unknown => ({
  match: /b(?<rest>.)/.exec('abc'),
  holes: Object.assign([1, , 3], { tag: new RangeError('holes') }), // eslint-disable-line no-sparse-arrays
  padding: 'x'.repeat(padding),
});

test.each([0, 100_000])('fields of arrays, beside %i characters', (padding) => {
  const queue = new Queue<unknown>();
  queue.putSync(made(padding));
  const { match, holes } = queue.getSync() as { match: RegExpExecArray; holes: unknown[] & { tag: Error } };
  expect([match.index, match.input, match.groups?.['rest']]).toEqual([1, 'abc', 'c']);
  expect([holes.tag.name, holes.tag.message, 1 in holes]).toEqual(['RangeError', 'holes', false]);
});

test('fields of arrays alone, and an empty record', () => {
  const queue = new Queue<unknown>();
  for (const value of [Object.assign([1, 2], { tag: 'n' }), {}, []]) {
    queue.putSync({ value });
    expect(queue.getSync()).toEqual({ value });
  }
});

test('what would arrive as less is refused with its place', () => {
  const queue = new Queue<unknown>();
  const lesser: readonly (readonly [value: unknown, place: string])[] = [
    [Object.assign(new Map(), { name: 'm' }), 'item.value.name'],
    [Object.assign(new Float64Array(500), { width: 1 }), 'item.value.width'],
    [{ [Symbol.for('key')]: 1 }, 'item.value[Symbol(key)]'],
    [new (class Pattern extends RegExp {})('a'), 'item.value'],
    [Object.setPrototypeOf(new Map([[1, 2]]), Object.prototype), 'item.value'],
    [new Proxy({ a: 1 }, {}), 'item.value'],
  ];
  for (const [value, path] of lesser)
    expect(() => {
      queue.putSync({ value });
    }).toThrow(expect.objectContaining({ code: 'HEDDLE_SERIALIZATION', path }));
  expect(queue.qsize()).toBe(0);
});
