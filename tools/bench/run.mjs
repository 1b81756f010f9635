// `npm run bench`: Heddle beside the platform's limits, its peers and Python's executors. See README.md.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { orExplain } from '../setup.mjs';
import { loadContestants, loadRows } from './src/catalogue.mjs';
import { endAll } from './src/child.mjs';
import { install } from './src/install.mjs';
import { describeMachine } from './src/machine.mjs';
import { chosen, readOptions, USAGE, UsageError } from './src/options.mjs';
import { runAll } from './src/schedule.mjs';
import { summarized } from './src/summary.mjs';

/** @import { Machine, Row, RowResult } from './types.d.ts' */
/** @import { Options } from './src/options.mjs' */

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
  const rows = chosen(await loadRows(), options.only, '--only');
  if (options.list) return void process.stdout.write(listed(rows, contestants));
  if (!options.noSetup) await orExplain(install);

  // Before anything of ours loads the machine.
  const machine = describeMachine();
  const scale = options.quick ? QUICK : FULL;
  const deadlineMs = performance.now() + (options.quick ? BUDGET_MS.quick : BUDGET_MS.full);
  const report = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);
  const { outcomes, unfinished } = await runAll({ rows, contestants, scale, rounds: options.rounds, deadlineMs, report });

  const results = rows.map((row) => summarized(row, outcomes.get(row) ?? new Map(), contestants));
  const folder = new URL(writesDocs(options) ? '../../docs/benchmarks/' : '.results/', import.meta.url);
  const remarks = remarksOn(options, machine, unfinished);
  const day = new Date().toISOString().slice(0, 10);
  // Not before: it needs what install() brought.
  const { writeSuite } = await import('./src/write.mjs');
  for (const suite of new Set(rows.map((row) => row.suite))) {
    const its = results.filter(({ row }) => row.suite === suite);
    writeSuite(folder, { suite, results: its, contestants, machine, day, remarks }, outcomes);
  }
  process.stdout.write(`${verdictLines(results)}\nwritten to ${relative('.', fileURLToPath(folder))}\n`);

  const wrong = results.flatMap(({ row, summaries }) =>
    summaries.filter(({ status }) => status === 'wrong').map(({ contestant, reason }) => `${row.name}: ${contestant} is wrong: ${reason}\n`),
  );
  process.stderr.write(wrong.join(''));
  if (wrong.length) process.exitCode = 1;
};

/** Figures in the documentation are those of whole runs, unless somebody insists. @param {Options} options */
const writesDocs = ({ quick, only, contestants, write }) => write || (!quick && !only && !contestants);

/**
 * @param {Options} options
 * @param {Machine} machine
 * @param {boolean} unfinished
 */
const remarksOn = ({ quick, only, contestants }, { loadBefore }, unfinished) => [
  ...(quick ? ['A quick run, with less work than the titles say: good for seeing that all works, not for judging.'] : []),
  ...(only || contestants ? ['A partial run: some rows or contestants were left out.'] : []),
  ...(loadBefore > QUIET_LOAD ? [`Others were at work on this machine (load average ${loadBefore}): the figures are theirs too.`] : []),
  ...(unfinished ? ['The time for a run was over before all rounds were done: some figures rest on fewer.'] : []),
];

/** @param {readonly RowResult[]} results */
const verdictLines = (results) =>
  results.flatMap(({ row, verdicts }) => verdicts.map(({ text, says }) => `${row.name.padEnd(18)} ${text}: ${says}`)).join('\n');

/**
 * @param {readonly Row[]} rows
 * @param {readonly { name: string, about: string }[]} contestants
 */
const listed = (rows, contestants) =>
  [
    'rows:',
    ...rows.map(({ name, title }) => `  ${name.padEnd(20)} ${title}`),
    'contestants:',
    ...contestants.map(({ name, about }) => `  ${name.padEnd(20)} ${about}`),
    '',
  ].join('\n');

for (const [signal, code] of /** @type {const} */ ([['SIGINT', 130], ['SIGTERM', 143]])) {
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
