import { sampled, warmUp } from '../src/sample.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench } from '../types.d.ts' */

/** @typedef {() => { argument: ArrayLike<unknown>, transfer?: ArrayBuffer[] }} Make */

/**
 * Round trips with a big argument and a trivial reply. A new argument is made before each where `prepare` says so, outside
 * of the measurement: one that was moved is gone.
 * @param {Bench} bench
 * @param {() => Make} prepare called once
 */
export const measureArgument = async ({ open, contestant, scale }, prepare) => {
  const make = prepare();
  const pool = await open({ task: 'lengthOf', workers: contestant.kind === 'limit' ? 1 : 2, structured: true });
  const once = async () => {
    const { argument, transfer } = make();
    const { length } = argument;
    const start = performance.now();
    const result = await pool.submit(argument, transfer);
    const ms = performance.now() - start;
    mustEqual(result, length, 'reply');
    return ms;
  };
  await warmUp(scale, once);
  return sampled({ ...scale, maxSamples: 40 }, once);
};

/** @param {number} mebibytes */
const numbers = (mebibytes) => (mebibytes << 20) / Float64Array.BYTES_PER_ELEMENT;

/** The same array each time. @param {number} mebibytes @returns {() => Make} */
export const copied = (mebibytes) => () => {
  const argument = new Float64Array(numbers(mebibytes)).fill(1);
  return () => ({ argument });
};

/** A new array each time, with its buffer in the transfer list. @param {number} mebibytes @returns {() => Make} */
export const moved = (mebibytes) => () => () => {
  const argument = new Float64Array(numbers(mebibytes)).fill(1);
  return { argument, transfer: [argument.buffer] };
};

/** The same array each time, on shared memory. @param {number} mebibytes @returns {() => Make} */
export const shared = (mebibytes) => () => {
  const argument = new Float64Array(new SharedArrayBuffer(mebibytes << 20)).fill(1);
  return () => ({ argument });
};

/** @returns {Make} */
export const objects = () => {
  const argument = Array.from({ length: 10_000 }, (_, i) => ({
    id: i,
    name: `item ${i}`,
    price: i * 1.5,
    tags: ['new', 'sold'],
    place: { aisle: i % 40, shelf: i % 7 },
  }));
  return () => ({ argument });
};

/**
 * glibc gives memory back to the system and takes it again, by rules of thumb that depend on the order of what ends
 * when: a copy of 8 MiB costs 2 ms or 8 ms by chance, in turns. Told to keep it, every copy costs the same.
 */
export const KEEP_MEMORY = { MALLOC_TRIM_THRESHOLD_: String(256 << 20), MALLOC_MMAP_THRESHOLD_: String(32 << 20) };
