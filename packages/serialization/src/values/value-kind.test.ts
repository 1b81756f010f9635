import { createContext, runInContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { constructorName } from './constructor-name.js';
import { objectKind } from './value-kind.js';

const cases: [kind: string, source: string][] = [
  ['record', '({})'],
  ['bare', 'Object.create(null)'],
  ['array', '[]'],
  ['map', 'new Map()'],
  ['set', 'new Set()'],
  ['error', 'new RangeError()'],
  ['error', 'new (class Own extends Error {})()'],
  ['view', 'new Uint8Array(1)'],
  ['view', 'new DataView(new ArrayBuffer(1))'],
  ['buffer', 'new ArrayBuffer(1)'],
  ['shared', 'new SharedArrayBuffer(1)'],
  ['date', 'new Date()'],
  ['regexp', '/a/'],
  ['boxed', 'Object(5)'],
  ['facts', 'Object(Symbol())'],
  ['refused', 'new (class Own {})()'],
  ['refused', 'new WeakMap()'],
  ['refused', 'Promise.resolve()'],
  ['refused', 'new Proxy({}, {})'],
  ['refused', 'new Proxy([], {})'],
  ['refused', '(function* () {})()'],
];

describe('objectKind', () => {
  const realm = createContext({});
  test.each(cases)('%s: %s, of this realm and of another', (kind, source) => {
    expect(objectKind((0, eval)(source) as object, true)).toBe(kind);
    expect(objectKind(runInContext(source, realm) as object, true)).toBe(kind);
  });

  test('what Node itself can clone', () => {
    expect(objectKind(new Blob(['x']), true)).toBe('host');
  });
});

test('constructorName never throws', () => {
  expect(
    constructorName(
      new (class Own {
        field = 1;
      })(),
    ),
  ).toBe('Own');
  expect(constructorName(Object.create(null) as object)).toBe('');
  expect(
    constructorName({
      get constructor(): never {
        throw new Error('no');
      },
    }),
  ).toBe('');
  expect(constructorName({ constructor: { name: 5 } })).toBe('');
});
