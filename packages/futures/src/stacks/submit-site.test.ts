import { describe, expect, test } from '@jest/globals';
import { SubmitSites, addSubmitStack } from './submit-site.js';

describe('SubmitSites', () => {
  test('the first submits of a tick have a site of their own, the rest share the last', () => {
    const sites = new SubmitSites(() => undefined);
    const tick = Array.from({ length: 100 }, () => sites.here());
    const different = new Set(tick);
    expect(different.size).toBeGreaterThan(1);
    expect(different.size).toBeLessThan(20);
    expect(tick[0]?.shared).toBe(false);
    expect(tick[98]).toBe(tick[99]);
    expect(tick[99]?.shared).toBe(true);
    sites.nextTick();
    const next = sites.here();
    expect([different.has(next), next.shared]).toEqual([false, false]);
  });

  test('leave Error.stackTraceLimit as it was', () => {
    const limit = Error.stackTraceLimit;
    new SubmitSites(() => undefined).here();
    expect(Error.stackTraceLimit).toBe(limit);
  });
});

describe('addSubmitStack', () => {
  function submitHere(sites: SubmitSites): ReturnType<SubmitSites['here']> {
    return sites.here();
  }

  test("puts the caller's frames below the worker's", () => {
    const error = new RangeError('wrong');
    error.stack = 'RangeError: wrong\n    at work (file:///user/tasks.js:3:9)';
    addSubmitStack(error, submitHere(new SubmitSites(() => undefined)));
    expect(error.stack).toMatch(/^RangeError: wrong\n {4}at work \(file:\/\/\/user\/tasks\.js:3:9\)\n {4}--- submitted ---/);
    expect(Object.keys(error)).toEqual([]);
  });

  test('says when the site is shared', () => {
    const error = new Error('wrong');
    addSubmitStack(error, { ...submitHere(new SubmitSites(() => undefined)), shared: true });
    expect(error.stack).toMatch(/--- submitted \(by this or another submit of the same tick\) ---/);
  });

  test.each([
    ['a primitive', 5],
    ['null', null],
    ['an object without a stack', { message: 'm' }],
  ])('%s stays as it is', (_name, value) => {
    const before = structuredClone(value);
    addSubmitStack(value, submitHere(new SubmitSites(() => undefined)));
    expect(value).toEqual(before);
  });
});
