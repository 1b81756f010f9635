// Who is measured when. A round goes through all rows, a row through all contestants, in an order that moves on by one
// each round: what disturbs the machine for a while disturbs one round of everybody, not one contestant.
import { fileURLToPath } from 'node:url';
import { runChild } from './child.mjs';

/** @import { Contestant, Outcome, Row, Scale } from '../types.d.ts' */

const probe = fileURLToPath(new URL('./probe.mjs', import.meta.url));

/**
 * @typedef {object} Plan
 * @property {readonly Row[]} rows
 * @property {readonly Contestant[]} contestants
 * @property {Scale} scale
 * @property {number} rounds
 * @property {number} deadlineMs on performance.now()'s clock; nothing starts after it
 * @property {(line: string) => void} report
 */

/** @typedef {Map<Row, Map<string, Outcome[]>>} Outcomes */

/**
 * @param {Plan} plan
 * @returns {Promise<{ outcomes: Outcomes, unfinished: boolean }>}
 */
export const runAll = async ({ rows, contestants, scale, rounds, deadlineMs, report }) => {
  /** @type {Outcomes} */
  const outcomes = new Map(rows.map((row) => [row, new Map(row.contestants.map((name) => [name, []]))]));
  for (let round = 0; round < rounds; round++) {
    for (const row of rows) {
      if (round >= (row.maxRounds ?? rounds)) continue;
      for (const contestant of rotated(takingPart(row, contestants), round)) {
        const leftMs = deadlineMs - performance.now();
        if (leftMs <= 0) return { outcomes, unfinished: true };
        const list = /** @type {Outcome[]} */ (outcomes.get(row)?.get(contestant.name));
        // What was never well would not become so: the time is better spent on the others.
        if (list.length && !list.some(({ status }) => status === 'ok')) continue;
        const outcome = await measureOnce(row, contestant, scale, leftMs);
        list.push(outcome);
        report(`${round + 1}/${rounds}  ${row.name.padEnd(26)} ${contestant.name.padEnd(22)} ${said(row, outcome)}`);
      }
    }
  }
  return { outcomes, unfinished: false };
};

/**
 * @param {Row} row
 * @param {Contestant} contestant
 * @param {Scale} scale
 * @param {number} leftMs
 */
const measureOnce = (row, contestant, scale, leftMs) => {
  const limitMs = Math.min(scale.quick ? 5_000 : (row.limitMs ?? 25_000), leftMs + 5_000);
  const command = contestant.command?.(row, scale);
  if (command) return runChild({ ...command, limitMs, onStdout: true });
  const args = [...(row.nodeArgs ?? []), probe, row.name, contestant.name, JSON.stringify(scale)];
  return runChild({ file: process.execPath, args, limitMs, onStdout: false, ...(row.env && { env: row.env }) });
};

/**
 * @param {Row} row
 * @param {readonly Contestant[]} contestants
 */
const takingPart = (row, contestants) => row.contestants.flatMap((name) => contestants.filter((contestant) => contestant.name === name));

/**
 * @template T
 * @param {readonly T[]} list
 * @param {number} by
 */
const rotated = (list, by) => list.map((_, i) => /** @type {T} */ (list[(i + by) % list.length]));

/**
 * @param {Row} row
 * @param {Outcome} outcome
 */
const said = (row, outcome) =>
  outcome.status === 'ok' ? `${outcome.value.toPrecision(4)} ${row.unit}` : `${outcome.status}: ${outcome.reason}`;
