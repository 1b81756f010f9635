import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, Measurement } from '../types.d.ts' */

const ITEMS = { quick: 1_000_000, full: 10_000_000 };
const MIB = 2 ** 20;

/** @param {number} count */
async function* upTo(count) {
  for (let i = 0; i < count; i++) yield i;
}

const heap = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / MIB;
};

/** @param {Bench} bench @returns {Promise<Measurement>} */
export const measureMapMemory = async ({ together, scale }) => {
  const count = scale.quick ? ITEMS.quick : ITEMS.full;
  if (together.stream === undefined) throw new Error('this contestant has no stream');
  const start = performance.now();
  let [read, total, first, most] = [0, 0, 0, 0];
  for await (const n of together.stream(upTo(count), async (n) => n + 1)) {
    read += 1;
    total += n;
    if (read === 100_000) first = heap();
    else if (read % (count / 10) === 0 && read < count) most = Math.max(most, heap());
  }
  mustEqual(total, (count * (count + 1)) / 2, 'sum of the results');
  return { value: Math.max(0, most - first), extras: { itemsPerSecond: count / ((performance.now() - start) / 1000) } };
};
