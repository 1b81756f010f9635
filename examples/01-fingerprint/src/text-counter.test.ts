import { expect, test } from '@jest/globals';
import { TextCounter } from './text-counter.js';

function count(...pieces: string[]): [lines: number, words: number] {
  const counter = new TextCounter();
  for (const piece of pieces) counter.add(Buffer.from(piece));
  return [counter.lines, counter.words];
}

test.each([
  ['', 0, 0],
  ['one', 0, 1],
  ['one two\n', 1, 2],
  ['\n\n\n', 3, 0],
  [' \t one\v\f\r\n two  ', 1, 2],
  ['größer\u00a0als', 0, 1], // white space is ASCII's
])('%j has %i lines and %i words', (text, lines, words) => {
  expect(count(text)).toEqual([lines, words]);
});

test('a word may lie across two pieces', () => {
  expect(count('he', 'ddle\nlo', 'om ')).toEqual([1, 2]);
  expect(count('he', ' ddle')).toEqual([0, 2]);
});
