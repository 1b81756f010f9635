/**
 * What `npm test` runs, in this order. To add a stage, add an entry:
 *
 * - `name`: what `npm test -- NAME` picks and the report calls it;
 * - `limitMs`: after which it is stopped, with all that it started, and counts as failed;
 * - `args`: what Node runs, from the root;
 * - `count()`: reads what it found, `undefined` when it left no report;
 * - `needed`: when true, nothing after it makes sense once it has failed;
 * - `onPass()`: what to note when nothing of it failed;
 * - `isBeside`: when true, it runs beside the next stages of this kind, two at a time.
 *
 * A script of ours reports through `ownTool`: it gets `--counts FILE` and writes there with `writeCounts`.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { readCounts, readJestRun, readNxRun } from './lib/counts.mjs';
import { testedFolders, wholeSuite } from './lib/jest.mjs';
import { NX_CACHE, ROOT, TOOL, workspaces } from './lib/paths.mjs';
import { markBuilt } from './setup.mjs';

const minutes = (n) => n * 60_000;
const RESULTS = join(ROOT, '.test-results');
const NX_RUN = join(NX_CACHE, 'run.json');

export const stages = [
  // The later stages rely on this one and do not build again.
  { ...build(minutes(8)), needed: true, onPass: markBuilt },
  // Of one thread each: they run beside each other.
  beside(ownTool('lint', minutes(12))),
  beside(ownTool('typecheck', minutes(8))),
  beside(ownTool('format', minutes(4))),
  beside(ownTool('cycles', minutes(1))),
  beside(ownTool('unused', minutes(5))),
  beside(ownTool('api', minutes(6))),
  beside(ownTool('tsdoc', minutes(2))),
  beside(ownTool('option-tables', minutes(2))),
  beside(ownTool('typedoc', minutes(6))),
  beside(ownTool('prose', minutes(1))),
  beside(ownTool('snippets', minutes(8))),
  beside(ownTool('tarballs', minutes(8))),
  beside(ownTool('aplus', minutes(4))),
  unit(minutes(30)),
  ownTool('runtimes', minutes(8)),
  ownTool('chaos', minutes(6), '--seconds', '30', '--quiet'),
  ownTool('stress', minutes(5), '--seconds', '8'),
  ownTool('fuzz', minutes(6), '--messages', '100000'),
];

/** A stage that keeps one core busy: it may run while another one of this kind does. */
function beside(stage) {
  return { ...stage, isBeside: true };
}

/** One check for each project. A project that has not changed since it was last built is taken from the cache. */
function build(limitMs) {
  return {
    name: 'build',
    limitMs,
    args: [TOOL.nx, 'run-many', '-t', 'build', '--output-style=static-failures-only'],
    prepare: () => fresh(NX_RUN),
    count: () => readNxRun(NX_RUN, 'build', projectsWith('build')),
  };
}

/** All packages' tests in one Jest, never from a cache. */
function unit(limitMs) {
  const file = join(RESULTS, 'unit.json');
  return {
    name: 'unit',
    limitMs,
    args: wholeSuite(file),
    prepare: () => fresh(file),
    count: () => readJestRun(file, ROOT, testedFolders()),
  };
}

/** A script `tools/NAME.mjs` that writes its own counts. */
function ownTool(name, limitMs, ...flags) {
  const file = join(RESULTS, `${name}.json`);
  return {
    name,
    limitMs,
    args: [join(ROOT, 'tools', `${name}.mjs`), '--counts', file, ...flags],
    prepare: () => fresh(file),
    count: () => readCounts(file),
  };
}

/** No stage is to be judged by an earlier run's report. */
function fresh(file) {
  rmSync(file, { force: true });
  mkdirSync(dirname(file), { recursive: true });
}

function projectsWith(target) {
  return [...workspaces(), 'tools']
    .map((folder) => JSON.parse(readFileSync(join(ROOT, folder, 'project.json'), 'utf8')))
    .filter((project) => target in project.targets)
    .map((project) => project.name);
}
