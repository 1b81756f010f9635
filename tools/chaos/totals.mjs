/** What many campaigns were together, and the report of it. */
import { codeOf } from './verdict.mjs';

/** @import { Observed, Plan, Totals } from './types.d.ts' */

/** @returns {Totals} */
export function noTotals() {
  return {
    campaigns: 0,
    tasks: 0,
    nested: 0,
    mapped: 0,
    hits: 0,
    crashes: 0,
    failed: 0,
    lost: 0,
    kinds: {},
    outcomes: {},
    moods: {},
    endings: {},
  };
}

/** @param {Totals} totals @param {Plan} plan @param {Observed} observed @param {readonly string[]} problems */
export function add(totals, plan, { tasks, maps, hits, statistics }, problems) {
  totals.campaigns++;
  totals.tasks += tasks.length;
  totals.hits += hits;
  totals.crashes += statistics?.crashes ?? 0;
  if (problems.length > 0) totals.failed++;
  for (const { task, outcome } of tasks) {
    count(totals.kinds, task.kind);
    if (task.kind === 'nest') totals.nested += task.size;
    if (outcome === undefined) totals.lost++;
    else count(totals.outcomes, codeOf(outcome));
  }
  for (const { map, outcome } of maps) {
    totals.mapped += map.count;
    if (outcome === undefined) totals.lost++;
  }
  count(totals.moods, plan.mood);
  count(totals.endings, plan.ending);
}

/** @param {Record<string, number>} counts @param {string} what */
function count(counts, what) {
  counts[what] = (counts[what] ?? 0) + 1;
}

/** The line of counts. @param {string} executor @param {Totals} totals */
export function line(executor, { campaigns, tasks, nested, mapped, hits, crashes, lost, failed }) {
  const parts = [
    `${campaigns} campaigns`,
    `${tasks} tasks`,
    `${nested} nested tasks`,
    `${mapped} items of maps`,
    `${hits} workers hit`,
    `${crashes} workers crashed`,
  ];
  return `${executor}: ${parts.join(', ')}; ${lost} futures lost, ${failed} campaigns failed`;
}

/** What was done and how it ended, most often first. @param {Totals} totals @returns {string[]} */
export function details({ kinds, outcomes, moods, endings }) {
  return Object.entries({ tasks: kinds, outcomes, moods, endings }).map(([what, counts]) => `  ${what}: ${listed(counts)}`);
}

/** @param {Record<string, number>} counts */
function listed(counts) {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return entries.map(([name, count]) => `${name} ${count}`).join(', ');
}
