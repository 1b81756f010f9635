import { describe, expect, test } from '@jest/globals';

import { nearestName } from './nearest-name.js';

describe('nearestName', () => {
  test.each<[name: string, candidates: string[], expected: string | undefined]>([
    ['resise', ['rotate', 'resize'], 'resize'],
    ['RESIZE', ['resize'], 'resize'],
    ['reszie', ['resize', 'reside'], 'resize'],
    ['crop', ['resize', 'rotate'], undefined],
    ['ad', ['add'], 'add'],
    ['ab', ['xy'], undefined],
    ['anything', [], undefined],
  ])('%s among %p', (name, candidates, expected) => {
    expect(nearestName(name, candidates)).toBe(expected);
  });
});
