import { once } from 'node:events';
import { MessagePort, Worker } from 'node:worker_threads';
import { sampled, warmUp } from '../src/sample.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, Mutex } from '../types.d.ts' */

const FILE = new URL('../contestants/workers/sync.mjs', import.meta.url);

/** @param {Mutex} mutex @param {number} times @returns {number} nanoseconds for each */
const alone = ({ acquire, release }, times) => {
  const start = performance.now();
  for (let i = 0; i < times; i++) {
    acquire();
    release();
  }
  return ((performance.now() - start) * 1e6) / times;
};

/** Nobody else wants it. @param {Bench} bench */
export const measureUncontended = async ({ sync, scale }) => {
  const lock = await sync.useLock(sync.makeLock());
  const once = async () => alone(lock, 100_000);
  await warmUp(scale, once);
  /** @type {Record<string, number>} */
  const extras = {};
  for (const [name, other] of Object.entries(sync.others ?? {})) {
    if (name !== 'lock') extras[name] = (await sampled(scale, async () => alone(other, 100_000))).value;
    else extras['awaiting'] = (await sampled(scale, () => awaiting(/** @type {any} */ (other), 50_000))).value;
  }
  return { ...(await sampled(scale, once)), extras };
};

/** @param {Mutex & { acquireAwaiting(): Promise<unknown> }} mutex @param {number} times */
const awaiting = async ({ acquireAwaiting, release }, times) => {
  const start = performance.now();
  for (let i = 0; i < times; i++) {
    await acquireAwaiting();
    release();
  }
  return ((performance.now() - start) * 1e6) / times;
};

/**
 * Two threads, ready to go.
 * @param {Bench} bench
 * @param {readonly { role: string, made: any, items?: readonly unknown[] }[]} parts
 */
const threads = async ({ contestant }, parts) => {
  const words = new Int32Array(new SharedArrayBuffer(64));
  const workers = parts.map(({ role, made, items = [] }) => {
    const transferList = made instanceof MessagePort ? [made] : [];
    return new Worker(FILE, { workerData: { contestant: contestant.name, role, made, words, items }, transferList });
  });
  const answers = workers.map(async (worker) => Number((await once(worker, 'message'))[0]));
  while (Atomics.load(words, 0) < workers.length) await new Promise((resolve) => setTimeout(resolve, 1));
  return {
    words,
    answers: Promise.all(answers),
    go: () => {
      Atomics.store(words, 1, 1);
      Atomics.notify(words, 1);
    },
    end: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
};

/** Both want it, all the time. @param {Bench} bench */
export const measureContended = async (bench) => {
  const sample = async () => {
    const made = bench.sync.makeLock();
    const { words, answers, go, end } = await threads(bench, [
      { role: 'fight', made },
      { role: 'fight', made },
    ]);
    go();
    await new Promise((resolve) => setTimeout(resolve, bench.scale.budgetMs / 3)); // compiled by then
    const [before, start] = [Number(words[3]), performance.now()];
    await new Promise((resolve) => setTimeout(resolve, bench.scale.budgetMs));
    const rate = ((Number(words[3]) - before) * 1000) / (performance.now() - start);
    Atomics.store(words, 2, 1);
    const counts = await answers;
    mustEqual(
      Number(words[3]),
      counts.reduce((sum, count) => sum + count, 0),
      'count inside the lock',
    );
    await end();
    return rate;
  };
  return sampled({ ...bench.scale, maxSamples: 3 }, sample);
};

/**
 * From one thread to the other.
 * @param {Bench} bench
 * @param {(i: number) => unknown} make
 */
export const measureQueue = async (bench, make) => {
  const count = bench.scale.quick ? 50_000 : 300_000;
  const items = Array.from({ length: count }, (_, i) => make(i));
  const sample = async () => {
    const made = /** @type {any} */ (bench.sync.makeQueue?.());
    const [put, get] = made?.port1 ? [made.port1, made.port2] : [made, made];
    const { answers, go, end } = await threads(bench, [
      { role: 'put', made: put, items },
      { role: 'get', made: get, items },
    ]);
    const start = performance.now();
    go();
    const [, sum] = await answers;
    const rate = (count * 1000) / (performance.now() - start);
    mustEqual(Number(sum), (count * (count - 1)) / 2, 'sum of the items');
    await end();
    return rate;
  };
  return sampled({ ...bench.scale, maxSamples: 3 }, sample);
};
