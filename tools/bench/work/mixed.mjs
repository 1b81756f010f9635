import { burn } from '../contestants/functions.mjs';
import { median, quantile, sum } from '../src/statistics.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, OpenPool } from '../types.d.ts' */

const LONG = { quick: 2, full: 10 };
const LONG_MS = 20;

/** Iterations of `burn` for a long task. */
const calibrate = () => {
  const probe = 2_000_000;
  for (let i = 0; i < 10; i++) burn(probe);
  const start = performance.now();
  for (let i = 0; i < 5; i++) burn(probe);
  return Math.round((probe * 5 * LONG_MS) / (performance.now() - start));
};

/**
 * @typedef {object} Pace
 * @property {number} tiny tiny tasks a tick; a tick is a millisecond
 * @property {number} ticks from a long task to the next
 */

/**
 * Tiny tasks at a steady pace. Now and then a long one is submitted in their midst: never two at a time, so that one
 * worker of the two is always free for the tiny ones.
 * @param {OpenPool['submit']} submit
 * @param {OpenPool['submit']} submitLong
 * @param {Pace & { longs: number }} pace
 * @param {number} longIterations 0: without long ones
 * @returns {Promise<number>} p99 of the tiny ones' latency, ms
 */
const paced = async (submit, submitLong, { tiny, ticks, longs }, longIterations) => {
  /** @type {number[]} */
  const latencies = [];
  const submitTiny = async () => {
    const start = performance.now();
    const result = await submit(1);
    latencies.push(performance.now() - start);
    return result;
  };
  /** @type {Promise<number>[]} */
  const results = [];
  let long = Promise.resolve();
  for (let tick = 0; tick < longs * ticks; tick++) {
    for (let i = 0; i < tiny; i++) {
      if (longIterations && i === tiny / 2 && tick % ticks === 0) {
        await long;
        long = Promise.resolve(submitLong(longIterations));
      }
      results.push(submitTiny());
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await long;
  mustEqual(sum(await Promise.all(results)), burn(1) * results.length, 'sum of the tiny results');
  return quantile(latencies, 0.99);
};

/**
 * @param {Bench} bench
 * @param {Pace} at one that everybody can bear
 */
export const measureMixed = async ({ open, scale }, at) => {
  const iterations = calibrate();
  const pace = { ...at, longs: scale.quick ? LONG.quick : LONG.full };
  const pool = await open({ task: 'burn', workers: 2 });
  const [submit, submitLong] = pool.lanes ?? [pool.submit, pool.submit];
  if (!submit || !submitLong) throw new Error('two lanes are needed');
  await paced(submit, submitLong, pace, iterations);
  const samples = [];
  const without = [];
  const withLong = [];
  for (let i = 0; i < (scale.quick ? 1 : 2); i++) {
    without.push(await paced(submit, submitLong, pace, 0));
    withLong.push(await paced(submit, submitLong, pace, iterations));
    samples.push(/** @type {number} */ (withLong.at(-1)) / /** @type {number} */ (without.at(-1)));
  }
  return { value: median(samples), samples, extras: { withMs: median(withLong), withoutMs: median(without) } };
};
