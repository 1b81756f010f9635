/** Tests the entry for browsers in Node; `npm test -- runtimes` runs it in Chromium. */
import { describe, expect, test } from '@jest/globals';
import * as browser from './browser.js';
import * as whole from './index.js';

const inBrowser = browser as unknown as Readonly<Record<string, unknown>>;
const inNode = whole as unknown as Readonly<Record<string, unknown>>;
const refused = Object.keys(inBrowser).filter((name) => inBrowser[name] !== inNode[name]);

test('has the names of the whole package', () => {
  expect(Object.keys(inBrowser).sort()).toEqual(Object.keys(inNode).sort());
});

test('has futures and coroutines', () => {
  for (const name of ['Future', 'InlineExecutor', 'CancelledError', 'CoroutineExecutor', 'TaskGroup', 'gather', 'retrying', 'wait'])
    expect(inBrowser[name]).toBe(inNode[name]);
  expect(refused).toEqual(expect.arrayContaining(['ThreadPoolExecutor', 'ProcessPoolExecutor', 'Lock', 'Pool', 'task']));
});

describe.each(refused)('%s', (name) => {
  test('is refused by name', () => {
    const use = inBrowser[name] as { (): unknown; new (): unknown };
    const refusal = { code: 'HEDDLE_INVALID_STATE', message: expect.stringContaining(`${name} does not work in a browser`) as unknown };
    expect(() => use()).toThrow(expect.objectContaining(refusal));
    expect(() => new use()).toThrow(expect.objectContaining(refusal));
  });
});
