/** The runtimes that Heddle is tested on, each from its npm package, in a folder of its own that git ignores. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './paths.mjs';
import { run, runNpm } from './run.mjs';

const INSTALL_MS = 5 * 60_000;
const VERSION_MS = 60_000;
const system = `${process.platform}-${process.arch}`;

/** Where the program is: in its package, or, where install scripts are not run, in the package for the system. */
const nodeAt = [
  'node_modules/node/bin/node',
  `node_modules/node/node_modules/node-${system}/bin/node`,
  `node_modules/node-${system}/bin/node`,
];
/** The package for the system: the package `node` only installs it, by a script, and scripts are not run here (.npmrc). */
const node = (version) => ({ package: `node-${system}@${version}`, at: nodeAt, args: [], runsUnit: true, absent: [], lacks: {} });

const everywhere = ['inline', 'coroutines', 'threads', 'processes'];
/** Those with workers, to which functions travel. */
const pools = ['threads', 'processes'];
/** What Heddle finds out by V8's inspector, which only Node has. */
const byInspector = { captures: pools, hiddenGlobals: pools, moduleImports: pools, sourceFiles: pools };

/**
 * @typedef {object} Runtime
 * @property {string} package - what npm installs
 * @property {readonly string[]} at - where the program may be
 * @property {readonly string[]} args - what stands before the script
 * @property {boolean} runsUnit - whether the unit suite runs there: it is Jest's, which needs Node
 * @property {readonly string[]} absent - executors that it refuses to make
 * @property {Readonly<Record<string, readonly string[]>>} lacks - the executors that lack a capability of the suite there, by capability
 */

/** @type {Record<string, Runtime>} */
export const runtimes = {
  'node20.12': node('20.12.0'),
  node22: node('22'),
  node24: node('24'),
  node26: node('26'),
  bun: {
    package: 'bun@1.4.5',
    at: ['node_modules/bun/bin/bun.exe', `node_modules/@oven/bun-${system}/bin/bun`],
    args: ['run'],
    runsUnit: false,
    absent: ['processes'],
    lacks: { ...byInspector, callerFrames: everywhere, garbageCollection: everywhere },
  },
  deno: {
    package: 'deno@2.9.6',
    at: ['node_modules/deno/deno', `node_modules/@deno/${system}-glibc/deno`],
    args: ['run', '--allow-all', '--no-config', '--node-modules-dir=manual'],
    runsUnit: false,
    absent: [],
    lacks: { ...byInspector, largeViews: ['threads'], blocking: ['processes'] },
  },
};

/**
 * Installs a runtime, unless it is there.
 *
 * @param {string} name
 * @returns {Promise<{ program: string, args: readonly string[], version: string }>}
 * @throws when it can't be installed, or does not start
 */
export async function installRuntime(name) {
  const runtime = runtimes[name];
  if (runtime === undefined) throw new Error(`there is no runtime ${name}; there are ${Object.keys(runtimes).join(', ')}`);
  const folder = join(ROOT, '.cache/runtimes', name);
  const found = await findProgram(folder, runtime);
  if (found !== undefined) return found;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const { output } = await runNpm(['install', '--no-audit', '--no-fund', '--loglevel=error', runtime.package], {
    cwd: folder,
    limitMs: INSTALL_MS,
    output: 'capture',
  });
  const installed = await findProgram(folder, runtime);
  if (installed === undefined) throw new Error(`${runtime.package} could not be installed:\n${output}`);
  return installed;
}

async function findProgram(folder, { at, args }) {
  for (const program of at.map((path) => join(folder, path))) {
    if (!existsSync(program)) continue;
    const { code, stdout } = await run(program, ['--version'], { limitMs: VERSION_MS, output: 'capture' });
    if (code === 0) return { program, args, version: /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? '' };
  }
  return undefined;
}
