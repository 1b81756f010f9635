import { sampled } from '../src/sample.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench } from '../types.d.ts' */

/** @param {Bench} bench */
export const measureFirstResult = async ({ open, contestant, scale }) => {
  const once = async () => {
    const start = performance.now();
    const pool = await open({ task: 'addOne', workers: contestant.kind === 'limit' ? 1 : 2 });
    const result = await pool.submit(41);
    const ms = performance.now() - start;
    mustEqual(result, 42, 'result');
    await pool.close();
    return ms;
  };
  const coldMs = await once();
  return { ...(await sampled(scale, once)), extras: { coldMs } };
};
