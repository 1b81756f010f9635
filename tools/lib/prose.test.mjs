import { describe, expect, test } from '@jest/globals';

import { MOST_WORDS, longSentences, retiredWords, sentences } from './prose.mjs';

const words = (count) => Array.from({ length: count }, () => 'word').join(' ');

describe('sentences', () => {
  test('end where they end, in paragraphs, items, cells and headings; code is a word', () => {
    const markdown = [
      '# A heading',
      '',
      'One sentence, with `code. Here`. And',
      'another.',
      '- an item',
      '- [a link](to/a.file)',
      '| a cell | and one |',
      '```ts',
      'code.',
      '```',
    ];
    expect(sentences(markdown.join('\n')).map(({ line, text, isHeading }) => [line, text, isHeading])).toEqual([
      [1, 'A heading', true],
      [3, 'One sentence, with x.', false],
      [3, 'And another.', false],
      [5, 'an item', false],
      [6, 'a link', false],
      [7, 'a cell', true],
      [7, 'and one', true],
    ]);
  });

  test('of too many words are named with their line', () => {
    expect(longSentences(`Short.\n\n${words(MOST_WORDS)}.\n`)).toEqual([]);
    expect(longSentences(`Short.\n\n${words(MOST_WORDS + 1)}.\n`)).toEqual([
      expect.stringMatching(/^line 3: 41 words, at most 40: word word/),
    ]);
  });
});

test('words that were retired are named with what to write instead', () => {
  expect(retiredWords('Tasks run so many at a time.\n\nWhat waits is cancelled.')).toEqual([
    'line 1: "so many at a time"; write: a limited number at a time',
    'line 3: "What waits is"; write: a sentence that names its subject',
  ]);
  expect(retiredWords('# What waits is cancelled\n\nWhat is a task? A call.')).toEqual([]);
});
