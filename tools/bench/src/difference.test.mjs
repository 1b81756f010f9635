import { expect, test } from '@jest/globals';
import { difference } from './difference.mjs';

class Point {
  constructor(x) {
    this.x = x;
  }
}
const twice = {};

test('what is the same, prototypes and all, has no difference', () => {
  const make = () => ({
    list: [1, 'a', null, undefined, -0, NaN, 1n],
    point: new Point([new Point(1)]),
    map: new Map([['a', { b: 1 }]]),
    set: new Set([[1]]),
    date: new Date(5),
    url: new URL('https://a.b/c'),
    bytes: new Float64Array([1, 2]),
  });
  expect(difference(make(), make())).toBeUndefined();
});

test.each([
  [1, 2, 'value became 2'],
  [{ a: [1, new Date(5)] }, { a: [1, '1970-01-01T00:00:00.005Z'] }, 'value.a[1] became a string'],
  [0, -0, 'value became 0'],
  [[new Point(1)], [{ x: 1 }], 'value[0] became a plain object'],
  [new Point(1), new Point(2), 'value.x became 2'],
  [new Point(1), Object.create(Point.prototype), 'value.x is lost'],
  [{}, { a: 1 }, 'value.a was added'],
  [{ a: undefined }, {}, 'value.a is lost'],
  [new Map([[1, 2]]), new Map([[1, 3]]), 'value.entries[1] became 3'],
  [new Set([1]), new Set([2]), 'value.values[0] became 2'],
  [new Date(1), new Date(2), 'value became another date'],
  [new URL('a:b'), new URL('a:c'), 'value became another URL'],
  [new Float64Array([1]), new Float64Array([2]), 'value has other bytes'],
  [new RangeError('a'), new Error('a'), 'value became an instance of Error'],
  [Object.assign(new Error('a'), { stack: '' }), Object.assign(new Error('b'), { stack: '' }), 'value.message became a string'],
  [new Error('a', { cause: 1 }), Object.defineProperty(new Error('a'), 'cause', { value: 2 }), /value\.(stack|cause) became/],
  [[twice, twice], [{}, {}], 'value[1] became another object than before'],
])('%p is not %p', (sent, arrived, expected) => {
  expect(difference(sent, arrived)).toMatch(expected);
});
