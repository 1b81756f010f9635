import { describe, expect, test } from '@jest/globals';
import { isFast, tagsIn, timeoutMs } from './tags.mjs';

describe('tags', () => {
  test.each([
    ['/** @workers */\nimport x;', ['workers']],
    ['/**\n * Programs.\n *\n * @workers\n * @slow\n */\n', ['workers', 'slow']],
    ['import x;\n/** @workers */\n', []],
    ['/** Mail to somebody@workers, or {@link x}. */\n', []],
    ['// @workers\n', []],
    ['', []],
  ])('of %j', (text, tags) => {
    expect([...tagsIn(text)]).toEqual(tags);
  });

  test('what is tagged is slow, and may take longer', () => {
    expect([[], ['workers'], ['slow'], ['other']].map((tags) => isFast(new Set(tags)))).toEqual([true, false, false, true]);
    expect(timeoutMs(new Set())).toBeLessThan(timeoutMs(new Set(['slow'])));
  });
});
