import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { ExceptionGroup as Other } from '@heddle/futures';
import { ExceptionGroup, HeddleError, isHeddleError, TimeoutError } from './errors.js';

const range = new RangeError('range');
const type = new TypeError('type');
const late = new TimeoutError('late');

describe('ExceptionGroup', () => {
  test("is an AggregateError, an error of Heddle, and nothing else that is Heddle's", () => {
    const group = new ExceptionGroup('two', new Set([range, 'a text']), { cause: late });
    expect(group).toBeInstanceOf(AggregateError);
    expect(group).toBeInstanceOf(HeddleError);
    expect(group).not.toBeInstanceOf(TimeoutError);
    expect(range).not.toBeInstanceOf(HeddleError);
    expect(isHeddleError(group, 'HEDDLE_EXCEPTION_GROUP')).toBe(true);
    expect([group.name, group.message, group.errors, group.cause]).toEqual(['ExceptionGroup', 'two', [range, 'a text'], late]);
    expect(String(group)).toBe('ExceptionGroup: two');
  });

  test('splits by class and by function, in order', () => {
    const group = new ExceptionGroup('three', [range, late, type], { cause: 'why' });
    const [matching, others] = group.split(TypeError);
    expect(matching?.errors).toEqual([type]);
    expect(others?.errors).toEqual([range, late]);
    for (const part of [matching, others]) expect([part?.message, part?.cause, part?.stack]).toEqual(['three', 'why', group.stack]);
    expect(group.split((error) => isHeddleError(error, 'HEDDLE_TIMEOUT'))[0]?.errors).toEqual([late]);
    expect(group.subgroup(RangeError)?.errors).toEqual([range]);
    expect(group.subgroup(SyntaxError)).toBeUndefined();
    expect(group.split(Error)).toEqual([group, undefined]);
    expect(group.split(SyntaxError)[1]).toBe(group);
  });

  test('groups within keep their place, and those that are left empty go', () => {
    const inner = new ExceptionGroup('inner', [range, type]);
    const group = new ExceptionGroup('outer', [late, inner, new ExceptionGroup('other', [late])]);
    const [matching, others] = group.split(RangeError);
    expect(matching?.errors.map((each) => (each as ExceptionGroup).errors)).toEqual([[range]]);
    expect(others?.errors).toHaveLength(3);
    expect((others?.errors[1] as ExceptionGroup).errors).toEqual([type]);
    expect(others?.errors[2]).toBe(group.errors[2]);
  });

  test('a condition can match a group as a whole', () => {
    const inner = new ExceptionGroup('inner', [range, type]);
    const group = new ExceptionGroup('outer', [late, inner]);
    expect(group.subgroup((error) => (error as Error).message === 'inner')?.errors).toEqual([inner]);
    expect(group.split((error) => error === group)).toEqual([group, undefined]);
    expect(group.subgroup(ExceptionGroup)).toBe(group);
  });

  test('groups of another copy of the package are groups', () => {
    const group = new ExceptionGroup('outer', [new Other('inner', [range, type])]);
    expect((group.subgroup(TypeError)?.errors[0] as Other).errors).toEqual([type]);
  });

  test('a subclass stays what it is by derive', () => {
    class Failures extends ExceptionGroup {
      override derive(errors: readonly unknown[]): Failures {
        return new Failures(this.message, errors);
      }
    }
    expect(new Failures('mine', [range, type]).subgroup(RangeError)).toBeInstanceOf(Failures);
    expect(new Failures('mine', []).name).toBe('Failures');
  });

  test('classes of errors of another realm are classes too', () => {
    const [OtherRange, error] = runInNewContext('[RangeError, new RangeError("x")]') as [typeof RangeError, Error];
    expect(new ExceptionGroup('x', [error, range]).subgroup(OtherRange)?.errors).toEqual([error]);
  });

  test.each([undefined, null, 'RangeError', 5, {}])('no condition: %p', (wrong) => {
    expect(() => new ExceptionGroup('x', [range]).split(wrong as never)).toThrow(TypeError);
  });

  test('errors must be iterable', () => {
    expect(() => new ExceptionGroup('x', 5 as never)).toThrow(TypeError);
  });
});
