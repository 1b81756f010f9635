// A page for one suite: the targets first, then a table for each row.
import { readFileSync } from 'node:fs';
import { formatted, formattedRatio } from './format.mjs';
import { bestOf } from './verdict.mjs';

/** @import { Contestant, Machine, RowResult, Summary } from '../types.d.ts' */

/**
 * @typedef {object} Run
 * @property {string} suite
 * @property {readonly RowResult[]} results
 * @property {readonly Contestant[]} contestants
 * @property {Machine} machine
 * @property {string} day as 2030-01-31
 * @property {readonly string[]} remarks
 */

/**
 * @param {Run} run
 * @returns {string}
 */
export const page = ({ suite, results, contestants, machine, day, remarks }) =>
  `${[
    `# Benchmark: ${suite}`,
    `Taken on ${day}: ${machine.cores} cores (${machine.architecture}), ${machine.memoryGiB} GiB of memory, ${machine.os}, ` +
      `Node ${machine.node.slice(1)}; load average before the run ${machine.loadBefore}.`,
    'Medians over interleaved rounds; the range is that of the rounds. Every ratio is ours divided by theirs within this ' +
      'run. How the figures are taken: [tools/bench](../../tools/bench/README.md); once more: ' +
      `\`npm run bench -- ${suite}\`. It leaves the raw figures in tools/bench/.results/${suite}.json.`,
    ...(remarks.length ? [remarks.map((remark) => `> ${remark}`).join('\n>\n')] : []),
    `![The medians of every row](${suite}.svg)`,
    '## Targets',
    targetsTable(results, contestants),
    ...results.flatMap((result) => section(result, contestants)),
  ].join('\n\n')}\n`;

/**
 * @param {readonly RowResult[]} results
 * @param {readonly Contestant[]} contestants
 */
const targetsTable = (results, contestants) => {
  const lines = results.flatMap((result) => {
    const { row, summaries, verdicts } = result;
    const ours = summaries.find(({ contestant }) => contestant === row.ours);
    const peer = bestOf(row, summaries, contestants, 'best peer') ?? bestOf(row, summaries, contestants, 'best python');
    const limit = summaries.find(({ contestant }) => contestant === row.limit);
    const beside = (/** @type {Summary | undefined} */ other) =>
      other?.median === undefined ? '' : `${formatted(other.median, row.unit)} ${other.contestant}`;
    const cells = [
      row.title,
      shown(ours, row.unit),
      beside(peer),
      formattedRatio(ratio(ours, peer)),
      beside(limit),
      formattedRatio(ratio(ours, limit)),
    ];
    return verdicts.map(({ text, says, met }, i) => [...(i ? cells.map(() => '') : cells), text, met === false ? `**${says}**` : says]);
  });
  return table(['row', 'ours', 'best peer', 'ours / peer', 'limit', 'ours / limit', 'target', 'verdict'], lines);
};

/**
 * @param {RowResult} result
 * @param {readonly Contestant[]} contestants
 */
const section = ({ row, summaries }, contestants) => {
  const ours = summaries.find(({ contestant }) => contestant === row.ours);
  const extras = Object.entries(row.extras ?? {});
  const lines = summaries.map((summary) => {
    const contestant = contestants.find(({ name }) => name === summary.contestant);
    const range = summary.rounds.length > 1 ? `${formatted(summary.min, row.unit)} to ${formatted(summary.max, row.unit)}` : '';
    return [
      labelOf(summary.contestant, contestant),
      contestant?.about ?? '',
      shown(summary, row.unit),
      range,
      summary === ours ? '' : formattedRatio(ratio(ours, summary)),
      ...extras.map(([key, { unit }]) => formatted(summary.extras?.[key], unit)),
      ...(row.notes ? [summary.note ?? ''] : []),
    ];
  });
  return [
    `## ${row.title}`,
    `${row.about} ${row.better === 'higher' ? 'More is better.' : 'Less is better.'}`,
    table(
      ['', 'what', 'median', 'range', 'ours / this', ...extras.map(([, { title }]) => title), ...(row.notes ? [row.notes] : [])],
      lines,
    ),
  ];
};

/**
 * @param {Summary | undefined} summary
 * @param {import('../types.d.ts').Unit} unit
 */
const shown = (summary, unit) => {
  if (!summary) return '';
  if (summary.median === undefined) return `${summary.status}: ${summary.reason}`;
  return formatted(summary.median, unit) + (summary.reason ? ` (${summary.reason})` : '');
};

/**
 * @param {Summary | undefined} ours
 * @param {Summary | undefined} theirs
 */
const ratio = (ours, theirs) => (ours?.median !== undefined && theirs?.median ? ours.median / theirs.median : undefined);

/**
 * @param {string} name
 * @param {Contestant | undefined} contestant
 */
const labelOf = (name, contestant) => {
  if (!contestant?.package) return name;
  const manifest = new URL(`../node_modules/${contestant.package}/package.json`, import.meta.url);
  return `${name} ${JSON.parse(readFileSync(manifest, 'utf8')).version}`;
};

/**
 * @param {string[]} head
 * @param {string[][]} lines
 */
const table = (head, lines) =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
