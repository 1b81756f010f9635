// `npm run bench`: Heddle beside the platform's limits, its peers and Python's executors. See README.md.
import { delimiter, dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, takeGroupsAlong } from '../lib/run.mjs';
import { installRuntime } from '../lib/runtimes.mjs';
import { orExplain } from '../setup.mjs';
import { loadContestants, loadRows } from './src/catalogue.mjs';
import { endAll } from './src/child.mjs';
import { install } from './src/install.mjs';
import { describeMachine } from './src/machine.mjs';
import { areWholeSuites, chosen, PAGES_NODE, readOptions, USAGE, UsageError } from './src/options.mjs';
import { runAll } from './src/schedule.mjs';
import { summarized } from './src/summary.mjs';

/** @import { Machine, Row, RowResult } from './types.d.ts' */
/** @import { Options } from './src/options.mjs' */

/** Tells a run on a chosen Node that it is one. */
const NODE_OF_RUN = 'HEDDLE_BENCH_NODE';
/** For each suite. */
const BUDGET_MS = { quick: 100_000, full: 14 * 60_000 };
/** The one-minute load average of a machine that does nothing else. */
const QUIET_LOAD = 0.5;
const QUICK = { quick: true, budgetMs: 150, maxSamples: 3 };
const FULL = { quick: false, budgetMs: 600, maxSamples: 15 };

const main = async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return void process.stdout.write(USAGE);
  const allContestants = await loadContestants();
  const contestants = chosen(allContestants, options.contestants, '--contestants');
  const allRows = await loadRows();
  const rows = chosen(allRows, options.only, '--only');
  const suites = new Set(rows.map(({ suite }) => suite));
  if (options.list) return void process.stdout.write(listed(rows, contestants));
  if (!options.noSetup) await orExplain(install);
  if (options.node !== 'this' && process.env[NODE_OF_RUN] === undefined) return void (process.exitCode = await runOn(options.node));

  // Before anything of ours loads the machine.
  const machine = describeMachine();
  const scale = options.quick ? QUICK : FULL;
  const deadlineMs = performance.now() + suites.size * (options.quick ? BUDGET_MS.quick : BUDGET_MS.full);
  const report = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);
  const { outcomes, unfinished } = await runAll({ rows, contestants, scale, rounds: options.rounds, deadlineMs, report });

  // Figures in the documentation are those of whole suites, unless somebody insists.
  const isWhole = !options.contestants && areWholeSuites(rows, allRows);
  const results = rows.map((row) => summarized(row, outcomes.get(row) ?? new Map(), contestants));
  const isPage = options.write || (isWhole && !options.quick);
  const ofNode = isPage && ![PAGES_NODE, 'this'].includes(options.node) ? `${options.node}/` : '';
  const folder = new URL(`${isPage ? '../../docs/benchmarks/' : '.results/'}${ofNode}`, import.meta.url);
  const remarks = remarksOn(options, machine, { isWhole, unfinished });
  const day = new Date().toISOString().slice(0, 10);
  // Not before: it needs what install() brought.
  const { writeSuite } = await import('./src/write.mjs');
  for (const suite of suites) {
    const its = results.filter(({ row }) => row.suite === suite);
    writeSuite(folder, { suite, results: its, contestants, machine, day, remarks }, outcomes);
  }
  process.stdout.write(`${verdictLines(results)}\nwritten to ${relative('.', fileURLToPath(folder))}\n`);

  const wrong = results.flatMap(({ row, summaries }) =>
    summaries
      .filter(({ status }) => status === 'wrong')
      .map(({ contestant, reason }) => `${row.name}: ${contestant} is wrong: ${reason}\n`),
  );
  process.stderr.write(wrong.join(''));
  if (wrong.length) process.exitCode = 1;
};

/**
 * Runs this program again, on another Node.
 * @param {string} name
 * @returns {Promise<number>} its exit code
 */
const runOn = async (name) => {
  const { program } = await installRuntime(name).catch((error) => {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  });
  const env = { [NODE_OF_RUN]: name, PATH: [dirname(program), process.env['PATH'] ?? ''].join(delimiter) };
  const release = takeGroupsAlong();
  const { code } = await run(program, [...process.argv.slice(1), '--no-setup'], { env });
  release();
  return code ?? 1;
};

/**
 * @param {Options} options
 * @param {Machine} machine
 * @param {{ isWhole: boolean, unfinished: boolean }} run
 */
const remarksOn = ({ quick }, { loadBefore }, { isWhole, unfinished }) => [
  ...(quick ? ['A quick run, with less work than the titles say: good for seeing that all works, not for judging.'] : []),
  ...(!isWhole ? ['A partial run: some rows or contestants were left out.'] : []),
  ...(loadBefore > QUIET_LOAD ? [`Others were at work on this machine (load average ${loadBefore}): the figures are theirs too.`] : []),
  ...(unfinished ? ['The time for a run was over before all rounds were done: some figures rest on fewer.'] : []),
];

/** @param {readonly RowResult[]} results */
const verdictLines = (results) =>
  results.flatMap(({ row, verdicts }) => verdicts.map(({ text, says }) => `${row.name.padEnd(26)} ${text}: ${says}`)).join('\n');

/**
 * @param {readonly Row[]} rows
 * @param {readonly { name: string, about: string }[]} contestants
 */
const listed = (rows, contestants) =>
  [
    'rows:',
    ...rows.map(({ name, title }) => `  ${name.padEnd(26)} ${title}`),
    'contestants:',
    ...contestants.map(({ name, about }) => `  ${name.padEnd(26)} ${about}`),
    '',
  ].join('\n');

for (const [signal, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])) {
  process.on(signal, () => {
    endAll();
    process.exit(code);
  });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
