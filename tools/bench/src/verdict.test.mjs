import { describe, expect, test } from '@jest/globals';
import { summarized } from './summary.mjs';

const contestants = [
  { name: 'ours', kind: 'ours', about: '' },
  { name: 'raw', kind: 'limit', about: '' },
  { name: 'pool', kind: 'peer', about: '' },
  { name: 'proxy', kind: 'peer', about: '', pool: false },
];
const row = (targets, better = 'higher') => ({
  name: 'row',
  title: '',
  about: '',
  unit: 'ms',
  better,
  ours: 'ours',
  contestants: [],
  targets,
});
const ok = (value, extras) => ({ status: 'ok', value, ...(extras && { extras }) });
const verdicts = (aRow, outcomes) => summarized(aRow, new Map(Object.entries(outcomes)), contestants).verdicts.map(({ says }) => says);

describe('targets', () => {
  test('a ratio of medians', () => {
    const outcomes = { ours: [ok(10), ok(20), ok(90)], raw: [ok(10)] };
    expect(verdicts(row([{ text: '', against: 'raw', atLeast: 2 }]), outcomes)).toEqual(['met: 2']);
    expect(verdicts(row([{ text: '', against: 'raw', atLeast: 4 }]), outcomes)).toEqual(['missed: 2, 50 % of the target']);
    expect(verdicts(row([{ text: '', against: 'raw', atMost: 1.6 }]), outcomes)).toEqual(['missed: 2, 1.25 x what it may be']);
  });

  test('the best is the highest or the lowest, and the best pool leaves out what is none', () => {
    const outcomes = { ours: [ok(100)], pool: [ok(10)], proxy: [ok(20)] };
    expect(verdicts(row([{ text: '', against: 'best peer', atLeast: 1 }]), outcomes)).toEqual(['met: 5']);
    expect(verdicts(row([{ text: '', against: 'best peer', atLeast: 1 }], 'lower'), outcomes)).toEqual(['met: 10']);
    expect(verdicts(row([{ text: '', against: 'best pool', atLeast: 1 }]), outcomes)).toEqual(['met: 10']);
  });

  test('a distance, a bound, and a further figure', () => {
    const outcomes = { ours: [ok(9.5, { kept: 3 })], raw: [ok(8)] };
    const targets = [
      { text: '', against: 'raw', by: 'distance', atMost: 2 },
      { text: '', atMost: 9 },
      { text: '', figure: 'kept', atMost: 4 },
    ];
    expect(verdicts(row(targets), outcomes)).toEqual(['met: 1.5', 'missed: 9.5, 1.06 x what it may be', 'met: 3']);
  });

  test('an allowance is taken off our figure', () => {
    const outcomes = { ours: [ok(25)], raw: [ok(10)] };
    expect(verdicts(row([{ text: '', against: 'raw', allowance: 10, atMost: 1.5 }]), outcomes)).toEqual(['met: 1.5']);
    expect(verdicts(row([{ text: '', against: 'raw', allowance: 5, atMost: 1.5 }]), outcomes)).toEqual([
      'missed: 2, 1.33 x what it may be',
    ]);
  });

  test('without figures there is no verdict', () => {
    const hung = { status: 'hung', reason: 'no result' };
    expect(verdicts(row([{ text: '', atMost: 9 }]), { ours: [hung] })).toEqual(['not judged: no figure of ours']);
    expect(verdicts(row([{ text: '', against: 'raw', atMost: 9 }]), { ours: [ok(1)], raw: [hung] })).toEqual([
      'not judged: no figure of raw',
    ]);
  });
});

describe('summaries', () => {
  const summaryOf = (outcomes) => summarized(row([]), new Map([['ours', outcomes]]), contestants).summaries[0];
  const hung = { status: 'hung', reason: 'no result' };

  test('rest on the rounds that went well, and say so', () => {
    expect(summaryOf([ok(1), hung, ok(3)])).toMatchObject({
      status: 'ok',
      median: 2,
      min: 1,
      max: 3,
      reason: '1 of 3 rounds hung: no result',
    });
  });

  test('a wrong result leaves no figure', () => {
    expect(summaryOf([ok(1), hung, { status: 'wrong', reason: 'sum' }])).toEqual({
      contestant: 'ours',
      status: 'wrong',
      reason: 'sum',
      rounds: [],
    });
  });
});
