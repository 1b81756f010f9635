import { Hung } from '../src/hung.mjs';
import { pause } from '../src/pause.mjs';
import { sampled } from '../src/sample.mjs';
import { median } from '../src/statistics.mjs';

/** @import { Bench, OpenPool } from '../types.d.ts' */

/** So long after the kill, or after submit, a task counts as lost, and another one is submitted. */
const ANSWER_MS = 1000;
/** After this a pool counts as hung. */
const LIMIT_MS = 3000;
/** Long enough to be running when its worker is killed; nobody waits for its end. */
const LONG_MS = 10_000;
/** How long a pool gets to begin a task, before its worker is killed. */
const BEGIN_MS = 100;

/** @typedef {{ pid?: number, error?: unknown }} Answer */

/**
 * A task that says in which process it ran.
 * @param {OpenPool} pool
 * @returns {Promise<Answer>} never rejects
 */
const ask = async (pool) => {
  try {
    return { pid: await pool.submit(0) };
  } catch (error) {
    return { error };
  }
};

/** @param {Promise<Answer>} asked */
const inTime = (asked) => Promise.race([asked, pause(ANSWER_MS).then(() => ({ error: new Error(`no answer in ${ANSWER_MS} ms`) }))]);

/**
 * Tasks one after the other until one has run in another process.
 * @param {OpenPool} pool
 * @param {number} dead the process that was killed
 * @param {Promise<Answer>} first
 * @returns {Promise<number>} how many got no result before
 */
const answered = async (pool, dead, first) => {
  const end = performance.now() + LIMIT_MS;
  let lost = 0;
  for (let asked = first; ; asked = ask(pool)) {
    const { pid, error } = /** @type {Answer} */ (await inTime(asked));
    if (pid !== undefined && pid !== dead) return lost;
    if (pid === undefined) lost++;
    const said = error instanceof Error ? error.message.split('\n')[0] : String(error);
    if (performance.now() > end) throw new Hung(`no next task ran in ${LIMIT_MS / 1000} s; ${lost} got no result, the last: ${said}`);
    // A pool that refuses at once would otherwise keep the event loop from finding out.
    await pause(1);
  }
};

/**
 * How long after its only worker was killed a pool has run the next task.
 * @param {Bench} bench
 * @param {{ busy: boolean }} options killed amid a task while the next one is queued, or idle and the next comes right after
 */
export const measureRecovery = async ({ open, scale }, { busy }) => {
  const pool = await open({ task: 'pidAfter', workers: 1 });
  /** @type {number[]} */
  const losses = [];
  /** @type {number[]} */
  const toldMs = [];
  const once = async () => {
    const pid = await pool.submit(0);
    const running = busy ? Promise.resolve(pool.submit(LONG_MS)) : undefined;
    const queued = busy ? ask(pool) : undefined;
    await pause(BEGIN_MS);
    const start = performance.now();
    running?.then(undefined, () => toldMs.push(performance.now() - start));
    process.kill(pid, 'SIGKILL');
    losses.push(await answered(pool, pid, queued ?? ask(pool)));
    return performance.now() - start;
  };
  const { value, samples = [] } = await sampled({ ...scale, maxSamples: 10 }, once);
  return {
    value,
    samples,
    extras: { lost: Math.max(...losses), ...(toldMs.length === samples.length && busy && { toldMs: median(toldMs) }) },
  };
};
