import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import {
  abortSignal,
  arrayValue,
  checkOptions,
  durationMs,
  finiteNumber,
  integerFrom,
  nearestName,
  ofType,
  oneOf,
  show,
} from './options.js';

const checks = { maxWorkers: integerFrom(1), timeoutMs: durationMs, name: ofType('string') };
const check = (options: unknown): void => checkOptions('Pool', options, checks);

describe('checkOptions', () => {
  test('no options, and options that are undefined, are fine', () => {
    for (const fine of [undefined, {}, { name: undefined }, { maxWorkers: 2, timeoutMs: 0, name: '' }, { timeoutMs: Infinity }]) {
      expect(() => check(fine)).not.toThrow();
    }
  });

  test.each([null, 5, 'x', [], () => 1])('%p is not options', (wrong) => {
    expect(() => check(wrong)).toThrow(TypeError);
    expect(() => check(wrong)).toThrow(/^Pool: options must be an object, got /);
  });

  test('an unknown option: the nearest name, else all there are', () => {
    expect(() => check({ maxWorker: 1 })).toThrow('Pool: unknown option "maxWorker"; did you mean "maxWorkers"?');
    expect(() => check({ TIMEOUTMS: 1 })).toThrow('did you mean "timeoutMs"?');
    expect(() => check({ colour: 1 })).toThrow('Pool: unknown option "colour"; known options: maxWorkers, timeoutMs, name');
    expect(() => check({ colour: undefined })).toThrow(TypeError);
    expect(() => check(JSON.parse('{"__proto__": 1}'))).toThrow(/unknown option "__proto__"/);
    expect(() => check({ toString: 1 })).toThrow(/unknown option "toString"/);
  });

  test('a wrong value: the option, what it wants, what it got', () => {
    expect(() => check({ maxWorkers: 0 })).toThrow(new RangeError('Pool: maxWorkers must be a whole number of at least 1, got 0'));
    expect(() => check({ maxWorkers: 1.5 })).toThrow(RangeError);
    expect(() => check({ maxWorkers: NaN })).toThrow(RangeError);
    expect(() => check({ maxWorkers: '4' })).toThrow(new TypeError('Pool: maxWorkers must be a whole number, got "4"'));
    expect(() => check({ timeoutMs: -1 })).toThrow(new RangeError('Pool: timeoutMs must be 0 or more milliseconds, got -1'));
    expect(() => check({ timeoutMs: 5n })).toThrow(TypeError);
    expect(() => check({ name: 5 })).toThrow(new TypeError('Pool: name must be a string, got 5'));
  });
});

describe('checks', () => {
  test('finiteNumber', () => {
    expect(() => finiteNumber(-1.5, 'x')).not.toThrow();
    expect(() => finiteNumber(Infinity, 'x')).toThrow(new RangeError('x must be a finite number, got Infinity'));
    expect(() => finiteNumber('1', 'x')).toThrow(TypeError);
  });

  test('ofType', () => {
    expect(() => ofType('object')(null, 'x')).toThrow('x must be an object, got null');
    expect(() => ofType('function')({}, 'x')).toThrow('x must be a function, got an object');
    expect(() => ofType('boolean')(false, 'x')).not.toThrow();
  });

  test('oneOf', () => {
    const color = oneOf('red', 'green');
    expect(() => color('red', 'color')).not.toThrow();
    expect(() => color('geen', 'color')).toThrow('color must be one of "red", "green", got "geen"; did you mean "green"?');
    expect(() => color(1, 'color')).toThrow('color must be one of "red", "green", got 1');
  });

  test('abortSignal takes those of any realm, and nothing else', () => {
    expect(() => abortSignal(new AbortController().signal, 's')).not.toThrow();
    expect(() => abortSignal(runInNewContext('({ aborted: false, addEventListener() {} })'), 's')).not.toThrow();
    for (const wrong of [null, undefined, {}, 'abort', new AbortController()]) expect(() => abortSignal(wrong, 's')).toThrow(TypeError);
  });

  test('arrayValue', () => {
    expect(() => arrayValue([], 'x')).not.toThrow();
    expect(() => arrayValue('abc', 'x')).toThrow('x must be an array, got "abc"');
  });
});

test('nearestName knows what is near', () => {
  const names = ['maxWorkers', 'minWorkers', 'timeoutMs', 'initializer'];
  expect(nearestName('maxWorkes', names)).toBe('maxWorkers');
  expect(nearestName('initialiser', names)).toBe('initializer');
  expect(nearestName('TimeoutMS', names)).toBe('timeoutMs');
  expect(nearestName('elephant', names)).toBeUndefined();
  expect(nearestName('', names)).toBeUndefined();
});

test('show has a short text for anything', () => {
  class Account {
    owner = 'me';
  }
  expect([undefined, null, 5n, -0, NaN, true, Symbol('s')].map(show)).toEqual(['undefined', 'null', '5', '0', 'NaN', 'true', 'Symbol(s)']);
  expect([[1, 2], {}, Object.create(null), new Account(), new Map(), () => 1, Account].map(show)).toEqual([
    'an array of 2',
    'an object',
    'an object',
    'an instance of Account',
    'an instance of Map',
    'an anonymous function',
    'function Account',
  ]);
  expect(show('x'.repeat(100))).toBe(`"${'x'.repeat(57)}..."`);
});
