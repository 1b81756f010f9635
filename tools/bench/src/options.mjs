import { parseArgs } from 'node:util';

export const USAGE = `usage: npm run bench -- [options] [ROW|SUITE ...]

  --quick               one round of smaller work, in under two minutes
  ROW ...               these rows only; threads, processes, serialization, sync, blocking, coroutines, start: all rows of that suite
  --only ROW,ROW        the same
  --contestants A,B     these contestants only
  --rounds N            rounds of a full run (default 5; 1 with --quick)
  --node NAME           the version of Node: node20.12, node22, node24, node26 (the default, and the one of the pages), or this,
                        which is the one that runs the command; others than the default write to docs/benchmarks/NAME/
  --write               write to docs/benchmarks/ also after a quick or partial run
  --no-setup            measure what is built and installed, as it is
  --list                name the rows and the contestants
  --help                this text
`;

/** The Node whose pages are docs/benchmarks/ itself. */
export const PAGES_NODE = 'node26';

/** A mistake on the command line: shown without a stack. */
export class UsageError extends Error {}

/**
 * @typedef {object} Options
 * @property {boolean} quick
 * @property {string[] | undefined} only
 * @property {string[] | undefined} contestants
 * @property {number} rounds
 * @property {string} node - a runtime of tools/lib/runtimes.mjs, or `this`
 * @property {boolean} write
 * @property {boolean} noSetup
 * @property {boolean} list
 * @property {boolean} help
 */

/**
 * @param {string[]} args
 * @returns {Options}
 * @throws {UsageError}
 */
export const readOptions = (args) => {
  const { values, positionals } = parsed(args);
  const { quick, only, contestants, rounds, 'no-setup': noSetup, ...rest } = values;
  return {
    ...rest,
    quick,
    noSetup,
    only: positionals.length ? [...positionals, ...(namesOf(only, '--only') ?? [])] : namesOf(only, '--only'),
    contestants: namesOf(contestants, '--contestants'),
    rounds: rounds === undefined ? (quick ? 1 : 5) : countOf(rounds, '--rounds'),
  };
};

/** @param {string[]} args */
const parsed = (args) => {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        contestants: { type: 'string' },
        rounds: { type: 'string' },
        node: { type: 'string', default: PAGES_NODE },
        write: { type: 'boolean', default: false },
        'no-setup': { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

/**
 * @param {string | undefined} list
 * @param {string} option
 */
const namesOf = (list, option) => {
  if (list === undefined) return undefined;
  const names = list.split(',').map((name) => name.trim());
  if (names.some((name) => name === '')) throw new UsageError(`${option} wants names separated by commas, not "${list}"`);
  return names;
};

/**
 * @param {string} text
 * @param {string} option
 */
const countOf = (text, option) => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 100) {
    throw new UsageError(`${option} wants a whole number from 1 to 100, not "${text}"`);
  }
  return count;
};

/**
 * @template {{ name: string, suite?: string }} T
 * @param {readonly T[]} things
 * @param {readonly string[] | undefined} names
 * @param {string} option
 * @returns {T[]} those with these names, or of these suites; all without names
 * @throws {UsageError}
 */
export const chosen = (things, names, option) => {
  const suites = things.flatMap(({ suite }) => suite ?? []);
  const known = [...new Set([...suites, ...things.map(({ name }) => name)])];
  const unknown = names?.filter((name) => !known.includes(name)) ?? [];
  if (unknown.length) throw new UsageError(`${option}: there is no ${unknown.join(', ')}; known are ${known.join(', ')}`);
  return things.filter(({ name, suite = name }) => !names || names.includes(name) || names.includes(suite));
};

/**
 * @template {{ suite: string }} T
 * @param {readonly T[]} some
 * @param {readonly T[]} all
 * @returns {boolean} whether no row is missing of any suite that has one among them
 */
export const areWholeSuites = (some, all) => all.every((row) => some.includes(row) || some.every(({ suite }) => suite !== row.suite));
