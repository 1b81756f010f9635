import { describe, expect, test } from '@jest/globals';
import { AbortError, CancelledError } from '@heddle/futures';
import { stemsFrom } from './stems-from.js';

const reason = new AbortError('stop', { cause: 'SIGTERM' });
const cycle = new Error('round');
cycle.cause = new Error('and round', { cause: cycle });

describe('an error stems from the reason of an abort', () => {
  test.each([
    ['the reason itself', reason],
    ['what is caused by it', new CancelledError('cancelled', { cause: reason })],
    ['at any distance', new Error('no answer', { cause: new Error('aborted', { cause: reason }) })],
    ['several that each are', new AggregateError([reason, new Error('aborted', { cause: reason })])],
  ])('%s', (_what, error) => {
    expect(stemsFrom(error, reason)).toBe(true);
  });

  test.each<[string, unknown]>([
    ['another one', new Error('disk full')],
    ['one that only looks like it', new AbortError('stop', { cause: 'SIGTERM' })],
    ['several of which one is not', new AggregateError([reason, new Error('disk full')])],
    ['several that are none', new AggregateError([])],
    ['causes that lead back to themselves', cycle],
    ['no error', 'stop'],
    ['nothing', undefined],
    ['null', null],
  ])('does not: %s', (_what, error) => {
    expect(stemsFrom(error, reason)).toBe(false);
  });
});
