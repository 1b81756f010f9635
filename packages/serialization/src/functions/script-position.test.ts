import { describe, expect, test } from '@jest/globals';

import { scriptStart, showPosition } from './script-position.js';

const url = 'file:///app/a%20b.js';

describe('scriptStart', () => {
  test.each<[before: string, line: number, column: number]>([
    ['', 7, 20],
    ['function ', 7, 11],
    ['async function\nname\n', 5, 0],
    ['function\r\n', 6, 0],
    ['function\u2028', 6, 0],
  ])('with %j before the position', (before, line, column) => {
    expect(scriptStart({ url, line: 7, column: 20 }, before)).toEqual({ url, line, column });
  });

  test('knows nothing of a script without a name, and of nothing', () => {
    expect(scriptStart({ url: '', line: 1, column: 1 }, '').url).toBeUndefined();
    expect(scriptStart(undefined, 'abc')).toEqual({ url: undefined, line: 0, column: 0 });
  });
});

describe('showPosition', () => {
  test.each<[url: string | undefined, expected: string | undefined]>([
    [url, '/app/a b.js:2:3'],
    ['/app/c.cjs', '/app/c.cjs:2:3'],
    ['[eval]', '[eval]:2:3'],
    ['file://host-that-paths-cannot-name/%2F', 'file://host-that-paths-cannot-name/%2F:2:3'],
    [undefined, undefined],
  ])('%s', (name, expected) => {
    expect(showPosition({ url: name, line: 1, column: 2 })).toBe(expected);
  });

  test('shortens the code in a data URL', () => {
    expect(showPosition({ url: `data:,${'x'.repeat(1000)}`, line: 0, column: 0 })).toHaveLength(104);
  });
});
