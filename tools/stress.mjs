/**
 * Four threads and the main thread at the objects of @heddle/sync. See stress/README.md.
 *
 * `npm run stress -- [--seconds 60] [--seed TEXT] [--only lock,mortal-queue] [--game lock/1a2b3c4d] [--patience 20]`
 */
import { parseArgs } from 'node:util';
import { ThreadPoolExecutor } from 'heddle';
import { campaignSeed, Random } from './chaos/random.mjs';
import { Overdue, within } from './chaos/within.mjs';
import { noCounts, writeCounts } from './lib/counts.mjs';
import { games } from './stress/games.mjs';
import { play, setLooking } from './stress/in-thread.mjs';
import { Player } from './stress/player.mjs';

const THREADS = 4;
const IN_MAIN = 2;
const SEATS = THREADS + IN_MAIN;
/** After so many failed games the rest would say no more. */
const ENOUGH = 5;
/** Threads may end amid these: who waits for the others of a barrier or an event can't be told. */
const MORTAL = ['lock', 'rlock', 'queue', 'lifo', 'priority'];

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: 'heddle' },
    game: { type: 'string' },
    only: { type: 'string' },
    patience: { type: 'string', default: '20' },
    counts: { type: 'string' },
  },
});

const counts = noCounts();
const patienceMs = Number(values.patience) * 1000;
/** @type {Map<string, number>} */
const played = new Map();

/** A pool that a game has not harmed serves the next one too. */
let pool = new ThreadPoolExecutor({ maxWorkers: THREADS, minWorkers: THREADS });

/** @param {string} full as `lock/1a2b3c4d` or `mortal-lock/1a2b3c4d` */
async function one(full) {
  const [title = '', seed = ''] = full.split('/');
  const isMortal = title.startsWith('mortal-');
  const name = title.replace('mortal-', '');
  const game = games[name];
  if (game === undefined) throw new RangeError(`--game: there is no ${title}`);
  const objects = game.make(isMortal ? THREADS : SEATS);
  try {
    await within(patienceMs, full, isMortal ? playMortal(name, objects, seed) : playAll(name, objects, seed));
    if (!isMortal) game.check(objects, SEATS);
    counts.passed++;
    played.set(title, (played.get(title) ?? 0) + 1);
  } catch (error) {
    counts.failed++;
    counts.problems.push(full);
    console.log(`✗ ${full}: ${error instanceof Overdue ? `overdue: ${error.message}` : /** @type {Error} */ (error).stack}`);
    console.log('  left over:', objects);
    console.log(`  again: npm run stress -- --game ${full}`);
    await pool.shutdown({ wait: false, cancelFutures: true });
    pool = new ThreadPoolExecutor({ maxWorkers: THREADS, minWorkers: THREADS });
  }
}

/** @param {string} name @param {any} objects @param {string} seed */
async function playAll(name, objects, seed) {
  setLooking(false);
  const inThreads = Array.from({ length: THREADS }, (_, seat) => pool.submit(play, name, objects, seed, seat, SEATS, false));
  const here = Array.from({ length: IN_MAIN }, (_, i) => games[name]?.play(objects, new Player(seed, THREADS + i, false), SEATS));
  await Promise.all([...inThreads, ...here]);
}

/** Some of the threads end; the others finish, or are told. @param {string} name @param {any} objects @param {string} seed */
async function playMortal(name, objects, seed) {
  setLooking(true);
  const random = new Random(seed);
  const doomed = new Set([random.integer(0, THREADS - 1), random.integer(0, THREADS - 1)]);
  const futures = Array.from({ length: THREADS }, (_, seat) => pool.submit(play, name, objects, seed, seat, THREADS, true));
  while (futures.some((future) => future.state === 'pending')) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, random.skewed(0, 40)));
  for (const seat of doomed) void futures[seat]?.abort('doomed', { graceMs: 0 });
  const told = ['HEDDLE_ABANDONED_LOCK', 'HEDDLE_ABORTED'];
  // A queue whose last putter has died is never shut down: who gets waits on, and rightly so.
  const isQueue = 'queue' in objects;
  const outcomes = isQueue ? await queueOutcomes(objects.queue, futures, doomed) : await Promise.allSettled(futures);
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled' || told.includes(outcome.reason?.code)) continue;
    if (isQueue && (outcome.reason?.code === 'HEDDLE_SHUTDOWN' || outcome.reason instanceof RangeError)) continue;
    throw outcome.reason;
  }
}

/**
 * When those are gone that had to go, the queue is shut down for the others, unless it is abandoned.
 *
 * @param {any} queue @param {any[]} futures @param {Set<number>} doomed
 */
async function queueOutcomes(queue, futures, doomed) {
  await Promise.allSettled([...doomed].map((seat) => futures[seat]));
  try {
    queue.shutdown({ immediate: true });
    // What the dead have gotten and not done nobody else does: who joins waits for it.
    for (;;) queue.taskDone();
  } catch (error) {
    const { code, name } = /** @type {{ code?: unknown, name?: unknown }} */ (error);
    if (code !== 'HEDDLE_ABANDONED_LOCK' && name !== 'RangeError') throw error;
  }
  return Promise.allSettled(futures);
}

async function many() {
  const { seed } = values;
  const seconds = Number(values.seconds);
  if (!(seconds > 0 && seconds <= 3600)) throw new RangeError(`--seconds: more than 0, at most 3600; not ${values.seconds}`);
  console.log(`stress: ${seconds} s, seed "${seed}", Node ${process.version}, ${THREADS} threads`);
  const endMs = performance.now() + seconds * 1000;
  const all = [...Object.keys(games), ...MORTAL.map((name) => `mortal-${name}`)];
  const titles = values.only?.split(',') ?? all;
  for (let i = 0; (performance.now() < endMs || i < titles.length) && counts.failed < ENOUGH; i++) {
    const title = titles[i % titles.length] ?? '';
    await one(`${title}/${campaignSeed(seed, title, i)}`);
  }
}

if (values.game === undefined) await many();
else await one(values.game);
await pool.shutdown();
console.log([...played].map(([title, times]) => `${title} ${times}`).join(', '));
console.log(
  counts.failed === 0 ? `no wake-up was lost: ${counts.passed} games passed` : `${counts.failed} games failed, ${counts.passed} passed`,
);
writeCounts(values.counts, counts);
process.exit(counts.failed === 0 ? 0 : 1); // whoever waits in vain would keep it
