// Repeats a measurement within one child process.
import { median } from './statistics.mjs';

/** @import { Measurement, Scale } from '../types.d.ts' */

/**
 * Calls `once` until the budget is spent or there are enough samples; at least one is taken.
 * @param {Scale} scale
 * @param {() => Promise<number>} once resolves to a figure in the row's unit
 * @returns {Promise<Measurement>} the median and what it comes from
 */
export const sampled = async (scale, once) => {
  /** @type {number[]} */
  const samples = [];
  const end = performance.now() + scale.budgetMs;
  do samples.push(await once());
  while (samples.length < scale.maxSamples && performance.now() < end);
  return { value: median(samples), samples };
};

/**
 * Runs `once` for half the budget and forgets the figures: compilation and the first growth of the heap are over then.
 * The same time for everybody, so that nobody is measured colder than the others.
 * @param {Scale} scale
 * @param {() => Promise<unknown>} once
 */
export const warmUp = async (scale, once) => {
  const end = performance.now() + scale.budgetMs / 2;
  do await once();
  while (performance.now() < end);
};
