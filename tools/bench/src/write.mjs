// Puts a suite's page and picture into a folder, and its raw figures into .results/, which git ignores.
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { page } from './markdown.mjs';
import { plot } from './plot.mjs';

/** @import { Run } from './markdown.mjs' */
/** @import { Outcomes } from './schedule.mjs' */

const rawFolder = new URL('../.results/', import.meta.url);

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Where things lie on this machine concerns nobody: error messages may say it. @param {string} text */
const withoutPaths = (text) =>
  [root, root.slice(0, -1), tmpdir(), homedir()].filter((path) => path.length > 1).reduce((all, path) => all.replaceAll(path, ''), text);

/**
 * @param {URL} folder
 * @param {Run} run
 * @param {Outcomes} outcomes
 */
export const writeSuite = (folder, run, outcomes) => {
  const { suite, results, contestants, machine, day, remarks } = run;
  mkdirSync(folder, { recursive: true });
  const raw = {
    suite,
    day,
    machine,
    remarks,
    rows: results.map(({ row, summaries, verdicts }) => ({
      name: row.name,
      title: row.title,
      unit: row.unit,
      verdicts,
      contestants: summaries.map((summary) => ({ ...summary, outcomes: outcomes.get(row)?.get(summary.contestant) })),
    })),
  };
  mkdirSync(rawFolder, { recursive: true });
  const put = (/** @type {URL} */ file, /** @type {string} */ text) => writeFileSync(file, withoutPaths(text));
  put(new URL(`${suite}.md`, folder), page(run));
  put(new URL(`${suite}.svg`, folder), plot(`Heddle's ${suite}, the medians of ${day}`, results, contestants));
  put(new URL(`${suite}.json`, rawFolder), `${JSON.stringify(raw, rounded, 1)}\n`);
};

/** Four digits are more than a measurement is worth. @param {string} _ @param {unknown} value */
const rounded = (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value);
