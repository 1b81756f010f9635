import { expect, test } from '@jest/globals';
import { commentCount, plantTree } from './tree.js';

test('thirty stories with 5,000 comments, each an answer to one item, the same ones each time', () => {
  const { stories, items } = plantTree();
  expect([stories.length, items.size, commentCount]).toEqual([30, 5030, 5000]);
  const kids = [...items.values()].flatMap((item) => item.kids);
  expect(kids.sort((a, b) => a - b)).toEqual(Array.from({ length: 5000 }, (_, i) => 31 + i));
  expect(plantTree()).toEqual({ stories, items });
  expect(items.get(1)?.kids).toEqual([39, 133, 233, 497, 699, 1668, 4812]);
});
