/**
 * The unit suite on all versions of Node, and the conformance suite on all runtimes, over the built packages:
 * `npm run test:matrix -- [--suite unit,conformance] [--runtime NAME,...] [--executor NAME,...]`. A run of everything writes
 * docs/runtimes.md; a part of it writes the cells that it has, and keeps the others.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import { findBrowser, runInBrowser } from './lib/browser.mjs';
import { check, noCounts, summary, writeCounts } from './lib/counts.mjs';
import { ROOT } from './lib/paths.mjs';
import { describeEnding, run, takeGroupsAlong } from './lib/run.mjs';
import { installRuntime, runtimes } from './lib/runtimes.mjs';
import { writePage } from './matrix/page.mjs';
import { unitSuite } from './matrix/unit.mjs';

const LIMIT_MS = 30 * 60_000;
/** A test that ends the process is counted, and the next process goes on behind it; so many times at most. */
const MOST_STARTS = 20;
const RESULTS = join(ROOT, 'tools/matrix/results.json');
const BROWSER = 'chromium';
/** The end of the titles of tests that assert how a task is refused for want of a capability (packages/testkit/src/suite.ts). */
const REFUSED = ': is refused';
const executors = ['inline', 'coroutines', 'threads', 'processes'];

const { values } = parseArgs({
  options: {
    counts: { type: 'string' },
    suite: { type: 'string', default: 'unit,conformance' },
    runtime: { type: 'string', default: [...Object.keys(runtimes), BROWSER].join(',') },
    executor: { type: 'string', default: executors.join(',') },
  },
});
const suites = values.suite.split(',');
takeGroupsAlong();

const counts = noCounts();
const ran = {};
for (const name of values.runtime.split(',')) {
  if (name === BROWSER) {
    ran[name] = await browserRow();
    continue;
  }
  const found = await installRuntime(name);
  const row = { version: found.version };
  if (suites.includes('unit') && runtimes[name].runsUnit) row.unit = await unitSuite(name, found, counts);
  for (const executor of suites.includes('conformance') ? values.executor.split(',') : []) {
    if (runtimes[name].absent.includes(executor)) row[executor] = 'refused';
    else row[executor] = await conformance(name, found, executor);
  }
  ran[name] = row;
}
// Read now: another run may have ended meanwhile.
const earlier = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
const results = { ...earlier, ...Object.fromEntries(Object.entries(ran).map(([name, row]) => [name, { ...earlier[name], ...row }])) };
const ordered = Object.fromEntries([...Object.keys(runtimes), BROWSER].flatMap((name) => (name in results ? [[name, results[name]]] : [])));
writeFileSync(RESULTS, `${JSON.stringify(ordered, undefined, 2)}\n`);
writePage(join(ROOT, 'docs/runtimes.md'), ordered, executors);
writeCounts(values.counts, counts);
console.log(summary(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;

/** A browser runs tools/browser/program.mjs in place of the suite, which needs modules of Node. */
async function browserRow() {
  const browser = await findBrowser();
  if (browser === undefined) throw new Error('chromium is not installed, and only root on Debian gets it installed');
  const { stdout } = await run(browser, ['--version'], { output: 'capture' });
  const row = { version: /\d+[\d.]+/.exec(stdout)?.[0] ?? '', threads: 'refused', processes: 'refused' };
  for (const { step, problem } of await runInBrowser(browser, join(ROOT, 'tools/browser/program.mjs'))) {
    check(counts, `${BROWSER}: ${step}`, problem);
    const outcome = (row[step.startsWith('inline') ? 'inline' : 'coroutines'] ??= { steps: 0, failed: 0 });
    outcome.steps += 1;
    if (problem !== undefined) outcome.failed += 1;
  }
  return row;
}

/** @returns {Promise<{ passed: number, refused: number, failed: number, lacks: readonly string[] }>} */
async function conformance(name, { program, args }, executor) {
  const lacks = Object.entries(runtimes[name].lacks).flatMap(([capability, those]) => (those.includes(executor) ? [capability] : []));
  const report = join(ROOT, '.test-results', `matrix-${name}-${executor}.jsonl`);
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const ended = await runAll(program, [...args, join(ROOT, 'tools/matrix/conformance.mjs'), executor, lacks.join(',') || '-', report]);
  const outcome = { passed: 0, refused: 0, failed: 0, lacks };
  for (const { title, problem } of ended(report)) {
    outcome[problem !== null ? 'failed' : title.endsWith(REFUSED) ? 'refused' : 'passed'] += 1;
    if (problem === null) counts.passed += 1;
    else check(counts, `${name}, ${executor}: ${title}`, problem);
  }
  console.log(`${name}, ${executor}: ${outcome.passed} passed, ${outcome.refused} refused as they have to be, ${outcome.failed} failed`);
  return outcome;
}

/** @returns what gives each test's title and problem */
async function runAll(program, args) {
  const problems = new Map();
  for (let from = 0, starts = 0; starts < MOST_STARTS; starts++) {
    const result = await run(program, [...args, String(from)], { cwd: ROOT, limitMs: LIMIT_MS, output: 'capture' });
    const lines = readLines(args.at(-1));
    const last = lines.at(-1);
    if (last?.isDone === true) break;
    const ending = `the process ${describeEnding(result, LIMIT_MS) || 'ended early'}\n${result.output.slice(-2000)}`;
    problems.set(last?.number ?? -1, { title: last?.title ?? 'the suite starts', problem: ending });
    if (last === undefined || result.ending === 'timed out') break;
    from = last.number + 1;
  }
  return (report) => {
    for (const { number, title, problem } of readLines(report)) if (problem !== undefined) problems.set(number, { title, problem });
    return problems.values();
  };
}

function readLines(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line));
}
