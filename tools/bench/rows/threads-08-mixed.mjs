import { burn } from '../contestants/functions.mjs';
import { median, quantile, sum } from '../src/statistics.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, OpenPool, Row } from '../types.d.ts' */

const LONG = { quick: 2, full: 10 };
const TICKS_FOR_A_LONG = 50;
const A_TICK = 20;
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
 * Twenty tiny tasks a millisecond. Every fiftieth tick a long one is submitted in their midst: never two at a time,
 * so that one worker of the two is always free for the tiny ones.
 * @param {OpenPool['submit']} submit
 * @param {OpenPool['submit']} submitLong
 * @param {number} longs
 * @param {number} longIterations 0: without long ones
 * @returns {Promise<number>} p99 of the tiny ones' latency, ms
 */
const paced = async (submit, submitLong, longs, longIterations) => {
  /** @type {number[]} */
  const latencies = [];
  const tiny = async () => {
    const start = performance.now();
    const result = await submit(1);
    latencies.push(performance.now() - start);
    return result;
  };
  /** @type {Promise<number>[]} */
  const results = [];
  let long = Promise.resolve();
  for (let tick = 0; tick < longs * TICKS_FOR_A_LONG; tick++) {
    for (let i = 0; i < A_TICK; i++) {
      if (longIterations && i === A_TICK / 2 && tick % TICKS_FOR_A_LONG === 0) {
        await long;
        long = Promise.resolve(submitLong(longIterations));
      }
      results.push(tiny());
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await long;
  mustEqual(sum(await Promise.all(results)), burn(1) * results.length, 'sum of the tiny results');
  return quantile(latencies, 0.99);
};

/** @param {Bench} bench */
const measure = async ({ open, scale }) => {
  const iterations = calibrate();
  const longs = scale.quick ? LONG.quick : LONG.full;
  const pool = await open({ task: 'burn', workers: 2 });
  const [submit, submitLong] = pool.lanes ?? [pool.submit, pool.submit];
  if (!submit || !submitLong) throw new Error('two lanes are needed');
  await paced(submit, submitLong, longs, iterations);
  const samples = [];
  const without = [];
  const withLong = [];
  for (let i = 0; i < (scale.quick ? 1 : 2); i++) {
    without.push(await paced(submit, submitLong, longs, 0));
    withLong.push(await paced(submit, submitLong, longs, iterations));
    samples.push(/** @type {number} */ (withLong.at(-1)) / /** @type {number} */ (without.at(-1)));
  }
  return { value: median(samples), samples, extras: { withMs: median(withLong), withoutMs: median(without) } };
};

/** @type {Row[]} */
export const rows = [
  {
    name: 'mixed',
    suite: 'threads',
    title: '10 long tasks among 10,000 tiny ones',
    about: 'Twenty tiny tasks a millisecond to two workers; now and then a task of 20 ms in their midst, one at a time, so that a worker is always free. The figure is the p99 of the tiny tasks divided by the p99 of a run without the long ones. The limit routes by hand: one raw worker for each kind.',
    unit: 'x',
    better: 'lower',
    contestants: ['heddle', 'heddle-ref', 'raw', 'tinypool', 'piscina', 'poolifier', 'workerpool', 'jest-worker'],
    ours: 'heddle',
    limit: 'raw',
    targets: [{ text: 'p99 of the tiny within 2 x of a run without the long ones', atMost: 2 }],
    extras: { withMs: { title: 'p99 with', unit: 'ms' }, withoutMs: { title: 'p99 without', unit: 'ms' } },
    maxRounds: 3,
    measure,
  },
];
