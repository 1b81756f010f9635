// Was a target met, and if not, by how much.

/** @import { Contestant, Row, Summary, Target, Verdict } from '../types.d.ts' */

/** @type {Record<string, (contestant: Contestant) => boolean>} */
const GROUPS = {
  'best peer': ({ kind }) => kind === 'peer',
  'best pool': ({ kind, pool }) => kind === 'peer' && pool !== false,
  'best python': ({ kind }) => kind === 'python',
};

/**
 * The best of a group in this row.
 * @param {Row} row
 * @param {readonly Summary[]} summaries
 * @param {readonly Contestant[]} contestants
 * @param {string} group 'best peer', 'best pool' or 'best python'
 * @returns {Summary | undefined}
 */
export const bestOf = (row, summaries, contestants, group) => {
  const belongs = GROUPS[group] ?? (() => false);
  const sign = row.better === 'higher' ? -1 : 1;
  return summaries
    .filter((summary) => summary.median !== undefined)
    .filter((summary) => contestants.some((contestant) => contestant.name === summary.contestant && belongs(contestant)))
    .sort((a, b) => sign * (Number(a.median) - Number(b.median)))[0];
};

/**
 * @param {Target} target
 * @param {Row} row
 * @param {readonly Summary[]} summaries
 * @param {readonly Contestant[]} contestants
 * @returns {Verdict}
 */
export const judge = (target, row, summaries, contestants) => {
  const named = (/** @type {string} */ name) => summaries.find(({ contestant }) => contestant === name);
  const figure = (/** @type {Summary | undefined} */ summary) => (target.figure ? summary?.extras?.[target.figure] : summary?.median);

  const ours = figure(named(row.ours));
  const { against } = target;
  const theirs = against && figure(against in GROUPS ? bestOf(row, summaries, contestants, against) : named(against));
  if (ours === undefined || (against && !theirs)) {
    return {
      text: target.text,
      got: undefined,
      met: undefined,
      says: `not judged: no figure of ${ours === undefined ? row.ours : against}`,
    };
  }
  const judged = ours - (target.allowance ?? 0);
  const got = !theirs ? judged : target.by === 'distance' ? judged - theirs : judged / theirs;
  return { text: target.text, got, ...rated(got, target) };
};

/**
 * @param {number} got
 * @param {Target} target
 * @returns {{ met: boolean, says: string }}
 */
const rated = (got, { atLeast, atMost }) => {
  const shown = Number(got.toPrecision(3));
  if (atLeast !== undefined) {
    return got >= atLeast
      ? { met: true, says: `met: ${shown}` }
      : { met: false, says: `missed: ${shown}, ${Math.floor((got / atLeast) * 100)} % of the target` };
  }
  const limit = /** @type {number} */ (atMost);
  return got <= limit
    ? { met: true, says: `met: ${shown}` }
    : { met: false, says: `missed: ${shown}, ${Number((got / limit).toPrecision(3))} x what it may be` };
};
