import { copied, KEEP_MEMORY, measureArgument, moved, objects } from '../work/arguments.mjs';

/** @import { Row } from '../types.d.ts' */

/** What the rows have in common. */
const common = /** @type {const} */ ({
  suite: 'processes',
  unit: 'ms',
  better: 'lower',
  env: KEEP_MEMORY,
  ours: 'heddle-processes',
});
/** The large ones take long, and vary little. */
const roundsFor = (/** @type {number} */ mebibytes) => (mebibytes > 8 ? { maxRounds: 3 } : {});
const OURS = ['heddle-processes', 'heddle-processes-ref'];
const PEERS = ['tinypool-processes', 'workerpool-processes', 'jest-worker-processes', 'poolifier-cluster'];

/** @param {number} mebibytes @returns {Row} */
const copiedRow = (mebibytes) => ({
  ...common,
  name: `processes-array-${mebibytes}-copied`,
  title: `${mebibytes} MiB Float64Array, copied`,
  about: `A Float64Array of ${mebibytes} MiB as the only argument, a number as the reply. Peers that have the choice are told to use serialization: 'advanced'.`,
  contestants: [...OURS, 'pipe-bytes', 'pipe', 'fork-advanced', ...PEERS],
  limit: 'pipe-bytes',
  targets: [{ text: '<= 1.3 x a bare pipe with the same bytes', against: 'pipe-bytes', atMost: 1.3 }],
  ...roundsFor(mebibytes),
  measure: (bench) => measureArgument(bench, copied(mebibytes)),
});

/** @param {number} mebibytes @returns {Row} */
const movedRow = (mebibytes) => ({
  ...common,
  name: `processes-array-${mebibytes}-moved`,
  title: `${mebibytes} MiB Float64Array, moved`,
  about:
    'The same under `transfer()`: the caller gives it away, so no copy has to be kept for the task. No peer takes a transfer list for processes.',
  contestants: [...OURS, 'pipe-bytes'],
  limit: 'pipe-bytes',
  targets: [{ text: '<= 1.3 x a bare pipe with the same bytes', against: 'pipe-bytes', atMost: 1.3 }],
  ...roundsFor(mebibytes),
  measure: (bench) => measureArgument(bench, moved(mebibytes)),
});

/** @type {Row[]} */
export const rows = [
  copiedRow(8),
  movedRow(8),
  copiedRow(64),
  movedRow(64),
  {
    ...common,
    name: 'processes-objects',
    title: '10,000 small objects as one argument',
    about: 'A list of 10,000 objects of five fields, a number as the reply. The limit is `v8.serialize` over a pipe.',
    contestants: [...OURS, 'pipe', 'fork-json', 'fork-advanced', ...PEERS],
    limit: 'pipe',
    targets: [{ text: '<= 1.25 x v8.serialize over a pipe', against: 'pipe', atMost: 1.25 }],
    measure: (bench) => measureArgument(bench, objects),
  },
];
