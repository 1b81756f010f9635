// The child process: measures one contestant on one row, once, and writes the outcome to file descriptor 3.
// usage: probe.mjs ROW CONTESTANT SCALE   (SCALE as JSON)
import { writeSync } from 'node:fs';
import { Absent } from './absent.mjs';
import { loadContestants, loadRows } from './catalogue.mjs';
import { Hung } from './hung.mjs';
import { Wrong } from './wrong.mjs';

/** @import { Outcome } from '../types.d.ts' */

/**
 * Ends the process whatever workers are still up: some libraries leave them, and that is not measured here.
 * @param {Outcome} outcome
 * @returns {never}
 */
const answer = (outcome) => {
  writeSync(3, JSON.stringify(outcome));
  process.exit(0);
};

/** @param {unknown} error */
const answerError = (error) => {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof Absent) answer({ status: 'absent', reason });
  if (error instanceof Hung) answer({ status: 'hung', reason });
  answer({ status: error instanceof Wrong ? 'wrong' : 'failed', reason });
};

/** @param {string} what @returns {() => never} */
const lacking = (what) => () => {
  throw new Error(`${contestantName} is no ${what}`);
};

const noKit = { makeLock: lacking('kit of locks'), useLock: lacking('kit of locks') };

process.on('uncaughtException', answerError);

const [rowName, contestantName, scale] = process.argv.slice(2);
try {
  const row = (await loadRows()).find(({ name }) => name === rowName);
  const contestant = (await loadContestants()).find(({ name }) => name === contestantName);
  if (!row || !contestant) throw new Error(`nothing to measure: ${rowName} ${contestantName}`);
  const open = (await contestant.load?.()) ?? lacking('pool');
  const openCodec = (await contestant.loadCodec?.()) ?? lacking('codec');
  const sync = (await contestant.loadSync?.()) ?? noKit;
  const together = (await contestant.loadTogether?.()) ?? { all: lacking('way to run async functions') };
  answer({ status: 'ok', ...(await row.measure({ open, openCodec, sync, together, contestant, scale: JSON.parse(scale ?? '') })) });
} catch (error) {
  answerError(error);
}
