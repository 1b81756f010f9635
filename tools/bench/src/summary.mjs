// From the outcomes of all rounds to one line a contestant.
import { median } from './statistics.mjs';
import { judge } from './verdict.mjs';

/** @import { Contestant, Measurement, Outcome, Row, RowResult, Summary } from '../types.d.ts' */

/**
 * @param {Row} row
 * @param {ReadonlyMap<string, Outcome[]>} outcomes
 * @param {readonly Contestant[]} contestants
 * @returns {RowResult}
 */
export const summarized = (row, outcomes, contestants) => {
  const summaries = [...outcomes].filter(([, list]) => list.length).map(([name, list]) => summaryOf(name, list));
  return { row, summaries, verdicts: row.targets.map((target) => judge(target, row, summaries, contestants)) };
};

/**
 * The figures are those of the rounds that went well, if any did; a wrong result is worth none.
 * @param {string} contestant
 * @param {readonly Outcome[]} outcomes
 * @returns {Summary}
 */
const summaryOf = (contestant, outcomes) => {
  /** @type {Measurement[]} */
  const good = [];
  /** @type {Exclude<Outcome, { status: 'ok' }>[]} */
  const bad = [];
  for (const outcome of outcomes) {
    if (outcome.status === 'ok') good.push(outcome);
    else bad.push(outcome);
  }
  const worst = bad.find(({ status }) => status === 'wrong') ?? bad[0];
  if (worst && (!good.length || worst.status === 'wrong')) {
    return { contestant, status: worst.status, reason: worst.reason, rounds: [] };
  }
  const rounds = good.map(({ value }) => value);
  const extras = Object.fromEntries(
    Object.keys(good[0]?.extras ?? {}).map((key) => [key, median(good.map(({ extras }) => extras?.[key] ?? NaN))]),
  );
  const note = good.at(-1)?.note;
  return {
    contestant,
    status: 'ok',
    ...(worst && { reason: `${bad.length} of ${outcomes.length} rounds ${worst.status}: ${worst.reason}` }),
    median: median(rounds),
    min: Math.min(...rounds),
    max: Math.max(...rounds),
    extras,
    ...(note !== undefined && { note }),
    rounds,
  };
};
