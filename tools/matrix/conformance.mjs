/**
 * The conformance suite in one process of any runtime, without a test framework: tests run one after the other.
 *
 * `RUNTIME tools/matrix/conformance.mjs EXECUTOR LACKS REPORT FROM`
 *
 * - EXECUTOR: a key of `executors`;
 * - LACKS: capabilities of the suite that the executor lacks on this runtime, joined by commas, or `-`;
 * - REPORT: a file. It gets a line of JSON before each test and one after it, so that a reader knows which test ended the process;
 * - FROM: the number of the first test to run.
 */
import { appendFileSync } from 'node:fs';
import { describeExecutor } from '@heddle/testkit';
import { CoroutineExecutor, InlineExecutor, ProcessPoolExecutor, ThreadPoolExecutor } from 'heddle';

const pool = {
  parallel: true,
  isolated: true,
  abortsBlocked: true,
  crashes: true,
  priorities: true,
  nested: true,
  callerObjects: true,
  progress: true,
  blocking: true,
  workerIdentity: true,
  checksOptions: true,
  initializer: true,
  startTimeout: true,
  queueLimit: true,
  maxTasksPerWorker: true,
};
const turns = { parallel: true, cooperative: true, sharedMemory: true, priorities: true, nested: true, progress: true, queueLimit: true };

/** What each executor can do in Node: as in the conformance tests of its package. */
const executors = {
  inline: [() => new InlineExecutor(), { sharedMemory: true, nested: true, progress: true }],
  coroutines: [
    ({ maxWorkers, ...options } = {}) =>
      new CoroutineExecutor({ ...options, ...(maxWorkers === undefined ? {} : { maxConcurrency: maxWorkers }) }),
    turns,
  ],
  threads: [(options) => new ThreadPoolExecutor(options), { ...pool, sharedMemory: true, brokenCode: 'HEDDLE_BROKEN_THREAD_POOL' }],
  processes: [(options) => new ProcessPoolExecutor(options), { ...pool, brokenCode: 'HEDDLE_BROKEN_PROCESS_POOL' }],
};

const [name = '', lacks = '-', report = '', from = '0'] = process.argv.slice(2);
const [factory, capabilities] = executors[name];
const lacking = Object.fromEntries(lacks.split(',').map((each) => [each, false]));

/** @type {{ title: string, body: () => Promise<void>, limitMs: number }[]} */
const tests = [];
const titles = [];
describeExecutor(
  name,
  factory,
  { ...capabilities, ...lacking },
  {
    describe(title, declare) {
      titles.push(title);
      declare();
      titles.pop();
    },
    test(title, body, limitMs) {
      tests.push({ title: [...titles.slice(1), title].join(' > '), body, limitMs });
    },
  },
);

const tell = (line) => appendFileSync(report, `${JSON.stringify(line)}\n`);
for (const [number, { title, body, limitMs }] of tests.entries()) {
  if (number < Number(from)) continue;
  tell({ number, title });
  const begin = performance.now();
  const problem = await problemOf(body, limitMs);
  tell({ number, title, problem, ms: Math.round(performance.now() - begin) });
}
tell({ isDone: true });
process.exit(0);

/** @returns {Promise<string | null>} */
async function problemOf(body, limitMs) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, limitMs, `took longer than ${limitMs / 1000} s`);
  });
  try {
    return (await Promise.race([body().then(() => null), late])) ?? null;
  } catch (error) {
    return error?.stack ?? String(error);
  } finally {
    clearTimeout(timer);
  }
}
