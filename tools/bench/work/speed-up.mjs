import { burn } from '../contestants/functions.mjs';
import { median, sum } from '../src/statistics.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench } from '../types.d.ts' */

export const WORKERS = 2;
const TASK_MS = 5;

/** How many iterations of `burn` take TASK_MS on one core here. */
const calibrate = () => {
  const probe = 2_000_000;
  for (let i = 0; i < 10; i++) burn(probe);
  const times = Array.from({ length: 15 }, () => {
    const start = performance.now();
    burn(probe);
    return performance.now() - start;
  });
  return Math.round((probe * TASK_MS) / median(times));
};

/** @param {Bench} bench */
export const measureSpeedUp = async ({ open, scale }) => {
  const tasks = scale.quick ? 40 : 100;
  const iterations = calibrate();
  const one = burn(iterations);
  const pool = await open({ task: 'burn', workers: WORKERS });
  const onPool = async () => {
    const start = performance.now();
    const total = sum(await Promise.all(Array.from({ length: tasks }, () => pool.submit(iterations))));
    const ms = performance.now() - start;
    mustEqual(total, one * tasks, 'sum of the results');
    return ms;
  };
  const inline = () => {
    const start = performance.now();
    for (let i = 0; i < tasks; i++) burn(iterations);
    return performance.now() - start;
  };
  await onPool();
  const samples = [];
  const end = performance.now() + scale.budgetMs * 2;
  do samples.push(inline() / (await onPool()));
  while (performance.now() < end);
  return { value: median(samples), samples };
};
