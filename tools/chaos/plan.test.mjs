import { describe, expect, test } from '@jest/globals';
import { moods } from './moods.mjs';
import { makePlan } from './plan.mjs';
import { campaignSeed, Random } from './random.mjs';

const seeds = Array.from({ length: 300 }, (_, i) => campaignSeed('test', 'processes', i));

describe('a plan', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(makePlan('threads', 'abc')).toEqual(makePlan('threads', 'abc'));
    expect(makePlan('threads', 'abc')).not.toEqual(makePlan('threads', 'abd'));
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  test('gives each task and each item of a map an id of its own, below `ids`', () => {
    for (const seed of seeds.slice(0, 50)) {
      const { steps, ids } = makePlan('processes', seed);
      const used = steps.flatMap((step) => {
        if (step.do === 'map') return Array.from({ length: step.map.count }, (_, i) => step.map.firstId + i);
        if (step.do !== 'submit') return [];
        return step.tasks.flatMap(({ id, kind, size }) => (kind === 'nest' ? Array.from({ length: 1 + size }, (_, i) => id + i) : [id]));
      });
      expect(new Set(used).size).toBe(used.length);
      expect(Math.max(...used)).toBe(ids - 1);
    }
  });

  test('over many seeds, everything that can be done is done', () => {
    const plans = seeds.map((seed) => makePlan('processes', seed));
    const tasks = plans.flatMap(({ steps }) => steps.flatMap((step) => (step.do === 'submit' ? step.tasks : [])));
    const wanted = Object.values(moods).flatMap(({ good, bad }) => [...Object.keys(good), ...Object.keys(bad)]);
    expect(new Set(tasks.map(({ kind }) => kind))).toEqual(new Set(wanted));
    expect(new Set(plans.map(({ mood }) => mood))).toEqual(new Set(Object.keys(moods)));
    expect(new Set(plans.map(({ ending }) => ending)).size).toBe(8);
    expect(new Set(plans.flatMap(({ attacks }) => attacks.map(({ signal }) => signal))).size).toBe(5);
    expect(new Set(plans.flatMap(({ steps }) => steps.map((step) => step.do))).size).toBe(6);
    for (const way of ['timeoutMs', 'signalMs', 'abortMs', 'cancelMs', 'priority'])
      expect(tasks.some((task) => task[way] !== undefined)).toBe(true);
    expect(plans.some(({ initializerFailsAt }) => initializerFailsAt > 0)).toBe(true);
  });

  test('threads are given nothing that would end the program itself', () => {
    const kinds = seeds.flatMap((seed) =>
      makePlan('threads', seed).steps.flatMap((step) => (step.do === 'submit' ? step.tasks.map(({ kind }) => kind) : [])),
    );
    expect(kinds).not.toContain('crash');
    expect(kinds).toContain('loop');
  });
});

describe('Random', () => {
  test('keeps within its bounds, and reaches them', () => {
    const random = new Random('bounds');
    const drawn = Array.from({ length: 2000 }, () => random.integer(3, 6));
    expect(new Set(drawn)).toEqual(new Set([3, 4, 5, 6]));
    for (let i = 0; i < 2000; i++) expect(random.skewed(10, 20)).toBeGreaterThanOrEqual(10);
  });

  test('weights: what weighs nothing never comes, the rest as often as it weighs', () => {
    const random = new Random('weights');
    const counts = { never: 0, seldom: 0, often: 0 };
    for (let i = 0; i < 4000; i++) counts[random.weighted({ never: 0, seldom: 1, often: 3 })]++;
    expect(counts.never).toBe(0);
    expect(counts.often / counts.seldom).toBeGreaterThan(2.5);
    expect(counts.often / counts.seldom).toBeLessThan(3.5);
  });
});
