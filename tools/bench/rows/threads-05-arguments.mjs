import { sampled, warmUp } from '../src/sample.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, Row } from '../types.d.ts' */

const NUMBERS = (8 << 20) / Float64Array.BYTES_PER_ELEMENT;
const OBJECTS = 10_000;

/**
 * Round trips with a big argument and a trivial reply. A new argument is made before each, outside of the measurement:
 * one that was moved is gone.
 * @param {Bench} bench
 * @param {() => { argument: ArrayLike<unknown>, transfer?: ArrayBuffer[] }} make
 */
const measure = async ({ open, contestant, scale }, make) => {
  const pool = await open({ task: 'lengthOf', workers: contestant.kind === 'limit' ? 1 : 2 });
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

const filled = () => new Float64Array(NUMBERS).fill(1);
const shared = new Float64Array(new SharedArrayBuffer(8 << 20)).fill(1);
const copied = filled();
const moved = () => {
  const argument = filled();
  return { argument, transfer: [argument.buffer] };
};
const objects = Array.from({ length: OBJECTS }, (_, i) => ({
  id: i,
  name: `item ${i}`,
  price: i * 1.5,
  tags: ['new', 'sold'],
  place: { aisle: i % 40, shelf: i % 7 },
}));

/**
 * glibc gives memory back to the system and takes it again, by rules of thumb that depend on the order of what ends
 * when: a copy of 8 MiB costs 2 ms or 8 ms by chance, in turns. Told to keep it, every copy costs the same.
 */
const KEEP_MEMORY = { MALLOC_TRIM_THRESHOLD_: String(256 << 20), MALLOC_MMAP_THRESHOLD_: String(32 << 20) };

/** What the four rows have in common. */
const common = /** @type {const} */ ({
  suite: 'threads',
  unit: 'ms',
  better: 'lower',
  env: KEEP_MEMORY,
  ours: 'heddle',
  limit: 'raw',
  contestants: ['heddle', 'heddle-ref', 'raw', 'piscina', 'tinypool', 'poolifier', 'workerpool', 'comlink'],
});

/** @type {Row[]} */
export const rows = [
  {
    ...common,
    name: 'array-copied',
    title: '8 MiB Float64Array, copied',
    about: 'A Float64Array of 8 MiB as the only argument, a number as the reply.',
    targets: [{ text: '<= 1.1 x postMessage of the same', against: 'raw', atMost: 1.1 }],
    measure: (bench) => measure(bench, () => ({ argument: copied })),
  },
  {
    ...common,
    name: 'array-moved',
    title: '8 MiB Float64Array, moved',
    about: 'The same, with its buffer in the transfer list.',
    targets: [{ text: '<= 1.1 x postMessage of the same', against: 'raw', atMost: 1.1 }],
    measure: (bench) => measure(bench, moved),
  },
  {
    ...common,
    name: 'array-shared',
    title: '8 MiB Float64Array, shared',
    about: 'The same on a SharedArrayBuffer.',
    targets: [{ text: '<= 1.1 x postMessage of the same', against: 'raw', atMost: 1.1 }],
    measure: (bench) => measure(bench, () => ({ argument: shared })),
  },
  {
    ...common,
    name: 'objects',
    title: '10,000 small objects as one argument',
    about: 'A list of 10,000 objects of five fields, a number as the reply.',
    targets: [{ text: '<= 1.25 x postMessage of the same', against: 'raw', atMost: 1.25 }],
    measure: (bench) => measure(bench, () => ({ argument: objects })),
  },
];
