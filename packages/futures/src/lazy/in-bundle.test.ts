/** Whether Heddle is inside an application's bundle. */
import { describe, expect, test } from '@jest/globals';
import { bundleProblem, isInBundle } from './in-bundle.js';

const place = 'sync/dist/bundle/';

describe('isInBundle', () => {
  test.each([
    ['in its package', 'file:///app/node_modules/@heddle/sync/dist/bundle/index.js', false],
    ['in its sources', 'file:///work/packages/sync/src/lock.ts', false],
    ['in a bundle', 'file:///app/dist/app.mjs', true],
    ["in a bundle beside Heddle's files", 'file:///app/dist/bundle/index.js', true],
    ['in an executable of Bun', 'file:///$bunfs/root/app', true],
    ['in a bundle of CommonJS', undefined, true],
  ])('%s: %s', (_what, url, expected) => {
    expect(isInBundle(url, place)).toBe(expected);
  });
});

test('bundleProblem names the object and the remedy', () => {
  expect(bundleProblem('file:///app/node_modules/@heddle/sync/dist/bundle/index.js', place, 'a Lock')).toBeUndefined();
  expect(bundleProblem('file:///app/app.mjs', place, 'a Lock')).toMatch(
    /^a Lock can't be sent to another thread.*leave heddle out of the bundle/,
  );
});
