import { pause } from '../src/pause.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, OpenPool, Row } from '../types.d.ts' */

const MIB = 1 << 20;
const IDLE_WORKERS = 8;

/** Memory after everything that can be collected is: needs --expose-gc. */
const settledMemory = async () => {
  const collect = /** @type {() => void} */ (globalThis.gc);
  for (let i = 0; i < 3; i++) {
    collect();
    await pause(50);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
};

/**
 * Holds every worker inside a task, so that what is submitted next stays pending.
 * @param {OpenPool} pool
 * @param {number} workers
 * @returns {Promise<() => Promise<unknown>>} lets them go
 */
const hold = async (pool, workers) => {
  const gate = new Int32Array(new SharedArrayBuffer(8));
  const held = Promise.all(Array.from({ length: workers }, () => pool.submit(gate)));
  while (Atomics.load(gate, 1) < workers) await pause(5);
  return () => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    return held;
  };
};

/** @param {Bench} bench */
const measurePending = async ({ open, contestant, scale }) => {
  const tasks = scale.quick ? 100_000 : 1_000_000;
  const pool = await open({ task: 'addOneOrHold', workers: 2 });
  for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 100 }, () => pool.submit(1)));

  const cycle = async () => {
    const release = await hold(pool, 2);
    /** @type {PromiseLike<number>[]} */
    const futures = new Array(tasks).fill(undefined);
    const before = await settledMemory();
    for (let i = 0; i < tasks; i++) futures[i] = pool.submit(i);
    const queued = await settledMemory();
    if (contestant.kind === 'ours') {
      let total = 0;
      await release();
      for (const future of futures) total += await future;
      mustEqual(total, (tasks * (tasks + 1)) / 2, 'sum of the results');
    }
    return { heapBytes: (queued.heap - before.heap) / tasks, residentBytes: (queued.rss - before.rss) / tasks };
  };

  const empty = await settledMemory();
  const { heapBytes, residentBytes } = await cycle();
  // Draining a million tasks takes the slower contestants half a minute, and says nothing about ours.
  if (contestant.kind !== 'ours') return { value: Math.max(heapBytes, residentBytes), extras: { heapBytes, residentBytes } };
  const settled = await settledMemory();
  await cycle();
  const again = await settledMemory();
  const keptBytes = Math.max(settled.heap - empty.heap, again.heap - empty.heap) / tasks;
  return {
    value: Math.max(heapBytes, residentBytes),
    extras: { heapBytes, residentBytes, keptBytes, grownBytes: (again.heap - settled.heap) / tasks },
  };
};

/** @param {Bench} bench */
const measureIdle = async ({ open }) => {
  // The first pool loads and compiles what is shared by all later workers.
  const first = await open({ task: 'addOneOrHold', workers: 1 });
  await first.submit(1);
  await first.close();
  const before = await settledMemory();
  const pool = await open({ task: 'addOneOrHold', workers: IDLE_WORKERS });
  if (pool.lanes) await Promise.all(pool.lanes.map((submit) => submit(1)));
  const release = await hold(pool, IDLE_WORKERS);
  await release();
  const after = await settledMemory();
  return { value: (after.rss - before.rss) / IDLE_WORKERS / MIB };
};

/** @type {Row[]} */
export const rows = [
  {
    name: 'memory-pending',
    suite: 'threads',
    title: 'Memory of a pending task, 1,000,000 queued',
    about:
      'Both workers are held while a million tasks are submitted. The figure is the greater of heap and resident memory that came on top, a task; the array that holds the futures is not counted. Then all run, twice: memory must come back.',
    unit: 'bytes',
    better: 'lower',
    contestants: ['heddle', 'heddle-ref', 'tinypool', 'piscina', 'poolifier', 'workerpool', 'jest-worker'],
    ours: 'heddle',
    targets: [
      { text: '<= 400 bytes', atMost: 400 },
      { text: 'flat after they settle: <= 20 bytes a task stay', figure: 'keptBytes', atMost: 20 },
    ],
    extras: {
      heapBytes: { title: 'heap', unit: 'bytes' },
      residentBytes: { title: 'resident', unit: 'bytes' },
      keptBytes: { title: 'kept after all settled', unit: 'bytes' },
      grownBytes: { title: 'kept more the second time', unit: 'bytes' },
    },
    nodeArgs: ['--expose-gc'],
    maxRounds: 2,
    limitMs: 60_000,
    measure: measurePending,
  },
  {
    name: 'memory-worker',
    suite: 'threads',
    title: 'Memory of an idle worker',
    about: 'Resident memory that eight workers add once each has run a task, divided by eight.',
    unit: 'MiB',
    better: 'lower',
    contestants: ['heddle', 'raw', 'tinypool', 'piscina', 'poolifier', 'workerpool', 'jest-worker'],
    ours: 'heddle',
    limit: 'raw',
    targets: [{ text: '<= a raw Worker + 2 MiB', against: 'raw', by: 'distance', atMost: 2 }],
    nodeArgs: ['--expose-gc'],
    measure: measureIdle,
  },
];
