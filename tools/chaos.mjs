/**
 * The fault campaigns: both executors under everything that can happen to them. See chaos/README.md.
 *
 * `npm run chaos -- [--seconds 600] [--seed TEXT] [--executor threads|processes] [--campaign threads/1a2b3c4d]
 * [--patience 40] [--quiet] [--report FILE]
 *
 * `--quiet`: what workers print, and V8 on their end, is not shown.`
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { InlineExecutor } from '@heddle/futures';
import { runCampaign } from './chaos/campaign.mjs';
import { moduleFiles } from './chaos/holdings.mjs';
import { GROWTH, grown, mebi, memory, WARM_UP } from './chaos/memory.mjs';
import { makePlan } from './chaos/plan.mjs';
import { campaignSeed } from './chaos/random.mjs';
import { add, details, line, noTotals } from './chaos/totals.mjs';
import { judge } from './chaos/verdict.mjs';
import { patience } from './chaos/within.mjs';
import { noCounts, writeCounts } from './lib/counts.mjs';

/** @import { ExecutorKind } from './chaos/types.d.ts' */

const SAID_EVERY_MS = 15_000;
/** After so many failed campaigns the rest would say no more. */
const ENOUGH = 5;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: 'heddle' },
    executor: { type: 'string', multiple: true, default: ['threads', 'processes'] },
    campaign: { type: 'string' },
    patience: { type: 'string', default: '40' },
    quiet: { type: 'boolean', default: false },
    report: { type: 'string' },
    counts: { type: 'string' },
  },
});

/** @type {string[]} */
const report = [];
const say = (/** @type {string} */ text) => {
  report.push(text);
  console.log(text);
};

const counts = noCounts();
patience.ms = Number(values.patience) * 1000;
const totals = new Map(values.executor.map((kind) => [/** @type {ExecutorKind} */ (kind), noTotals()]));

/** @param {ExecutorKind} kind @param {string} seed @param {import('./chaos/memory.mjs').Memory} [before] */
async function one(kind, seed, before) {
  const plan = makePlan(kind, seed);
  const observed = await runCampaign(plan);
  const problems = judge(plan, observed);
  if (before !== undefined) problems.push(...(await grown(before)));
  const total = totals.get(kind) ?? noTotals();
  totals.set(kind, total);
  add(total, plan, observed, problems);
  if (problems.length === 0) {
    counts.passed++;
    return;
  }
  counts.failed++;
  counts.problems.push(`campaign ${kind}/${seed}`);
  say(`✗ campaign ${kind}/${seed} (${plan.mood}); again: npm run chaos -- --campaign ${kind}/${seed}`);
  for (const problem of problems.slice(0, 20)) say(`    ${problem}`);
  if (problems.length > 20) say(`    and ${problems.length - 20} more`);
}

async function many() {
  const { seed, executor: kinds } = values;
  const seconds = Number(values.seconds);
  if (!(seconds > 0 && seconds <= 3600)) throw new RangeError(`--seconds: more than 0, at most 3600; not ${values.seconds}`);
  say(`chaos: ${seconds} s, seed "${seed}", Node ${process.version}, ${availableParallelism()} cores`);
  const endMs = performance.now() + seconds * 1000;
  let sayAtMs = performance.now() + SAID_EVERY_MS;
  let before;
  for (let i = 0; performance.now() < endMs && counts.failed < ENOUGH; i++) {
    if (i === WARM_UP) before = await memory();
    for (const kind of kinds) await one(/** @type {ExecutorKind} */ (kind), campaignSeed(seed, kind, i), before);
    if (performance.now() < sayAtMs) continue;
    sayAtMs += SAID_EVERY_MS;
    console.log(
      `… ${Math.round((endMs - performance.now()) / 1000)} s to go: ${summed().tasks} tasks in ${summed().campaigns} campaigns, ${counts.failed} failed`,
    );
  }
  for (const [kind, total] of totals) {
    say(line(kind, total));
    for (const detail of details(total)) say(detail);
  }
  if (before === undefined) return;
  const now = await memory();
  say(
    `memory after ${WARM_UP} campaigns each, and at the end: used ${mebi(before.used)} and ${mebi(now.used)} (at most ${GROWTH * 100} % more), resident ${mebi(before.resident)} and ${mebi(now.resident)}`,
  );
  say(`module files that Node left open when a thread was stopped amid an import: ${moduleFiles()}`);
}

const summed = () =>
  [...totals.values()].reduce((sum, { tasks, campaigns }) => ({ tasks: sum.tasks + tasks, campaigns: sum.campaigns + campaigns }), {
    tasks: 0,
    campaigns: 0,
  });

if (values.quiet) process.stderr.write = () => true;

// What Node opens once, and keeps: its streams, and libuv's spare descriptor, which comes with the first pipe.
for (const { writable } of [process.stdout, process.stderr]) assert(writable);
await once(spawn(process.execPath, ['--version']), 'close');
// And Heddle: from the first failure on it listens for the program's end, to tell of those that nobody looked at.
await new InlineExecutor()
  .submit(() => {
    throw new Error('the first failure');
  })
  .exception();

if (values.campaign === undefined) await many();
else {
  const [kind = '', seed = ''] = values.campaign.split('/');
  await one(/** @type {ExecutorKind} */ (kind), seed);
}
say(
  counts.failed === 0
    ? `no future was lost: ${counts.passed} campaigns passed`
    : `${counts.failed} campaigns failed, ${counts.passed} passed`,
);
if (values.report !== undefined) writeFileSync(values.report, `${report.join('\n')}\n`);
writeCounts(values.counts, counts);
process.exitCode = counts.failed === 0 ? 0 : 1;
