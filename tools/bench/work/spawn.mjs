import { sampled, warmUp } from '../src/sample.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench } from '../types.d.ts' */

const COROUTINES = { quick: 20_000, full: 100_000 };

/** @param {number} n */
const addOne = async (n) => n + 1;

/** @param {number} n */
const addOneATurnLater = async (n) => {
  await new Promise(setImmediate);
  return n + 1;
};

/** @param {(n: number) => Promise<number>} fn */
const measureSpawn =
  (fn) =>
  async (/** @type {Bench} */ { together, scale }) => {
    const count = scale.quick ? COROUTINES.quick : COROUTINES.full;
    const once = async () => {
      const start = performance.now();
      const total = await together.all(count, fn);
      const seconds = (performance.now() - start) / 1000;
      mustEqual(total, (count * (count + 1)) / 2, 'sum of the results');
      return count / seconds;
    };
    await warmUp(scale, once);
    return sampled(scale, once);
  };

export const measureTrivial = measureSpawn(addOne);
export const measureTurn = measureSpawn(addOneATurnLater);
