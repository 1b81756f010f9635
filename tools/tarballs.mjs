/**
 * The packages as users get them: packs every public package, checks each tarball, installs them all into an empty
 * project, compiles a TypeScript program against them and runs it with plain Node, and bundles an application with Heddle inside.
 *
 * `node tools/tarballs.mjs [--counts FILE]`
 */
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { bundlers } from './bundlers/builds.mjs';
import { bundledAppProblem } from './lib/bundled-app.mjs';
import { check, noCounts, writeCounts } from './lib/counts.mjs';
import { install, pack, publicPackages, readJson } from './lib/packed.mjs';
import { ROOT, TOOL } from './lib/paths.mjs';
import { describeEnding, runNode, takeGroupsAlong } from './lib/run.mjs';

/** Imports within declarations that fail to resolve show in the consumer's compilation, which checks all of them. */
const TYPES_RULES = ['--profile', 'node16', '--ignore-rules', 'internal-resolution-error'];
/** An entry without types, which only Heddle's packages import: tools/lib/few-imports.mjs. */
const UNTYPED = ['--exclude-entrypoints', './all'];
/** What a tarball may have, packed. Of those that have more, `src` with its comments is the largest part. */
const MOST_KB = 150;
/** @type {Record<string, number>} */
const MORE_KB = {
  '@heddle/coroutines': 155,
  '@heddle/engine': 235,
  '@heddle/futures': 195,
  '@heddle/processes': 240,
  '@heddle/serialization': 360,
  '@heddle/testkit': 265,
  '@heddle/threads': 165,
  '@heddle/threadsjs': 165,
};
const STEP_LIMIT_MS = 2 * 60_000;
const EXPECTED = '{"product":42,"squares":[1,4,9],"length":6,"error":"out of range"}';
/** A Node that can require ES modules does not do it here. */
const noRequireOfModules = ['--experimental-require-module', '--no-experimental-require-module']
  .filter((flag) => process.allowedNodeEnvironmentFlags.has(flag))
  .slice(-1);

const { values } = parseArgs({ options: { counts: { type: 'string' } } });
takeGroupsAlong();

const counts = noCounts();
const folder = mkdtempSync(join(tmpdir(), 'heddle-tarballs-'));
try {
  await checkAll(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
writeCounts(values.counts, counts);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function checkAll(cwd) {
  const packages = publicPackages();
  const { result, tarballs } = await pack(packages, cwd);
  if (!report(`${packages.length} packages pack`, result)) return;
  for (const tarball of tarballs) {
    const { exports } = packages.find(({ name }) => name === tarball.name);
    await checkTarball({ ...tarball, entries: filesOf(exports) }, cwd);
  }
  if (!(await installAll(tarballs, cwd))) return;
  for (const manifest of packages) await checkEntries(manifest, cwd);
  await checkConsumer(cwd);
  // Other bundlers: npm run test:bundlers.
  for (const name of Object.keys(bundlers).filter((each) => each.startsWith('esbuild'))) {
    check(counts, `an application with Heddle inside runs, bundled by ${name}`, await bundledAppProblem(name, cwd));
  }
}

/** The files that a part of a package.json names, from the package's folder on. */
function filesOf(conditions) {
  if (typeof conditions === 'string') return [conditions.replace(/^\.\//, '')];
  return Object.values(conditions).flatMap(filesOf);
}

async function checkTarball({ name, file, paths, entries }, cwd) {
  const missing = ['README.md', 'LICENSE', 'package.json', ...entries].filter((path) => !paths.includes(path));
  const surplus = paths.filter((path) => /\.test\.|\/test-support\/|\.tsbuildinfo$|^node_modules\//.test(path));
  const wrong = [...missing.map((path) => `lacks ${path}`), ...surplus.map((path) => `holds ${path}`)];
  check(counts, `${name}: what it holds`, wrong.length > 0 ? wrong.join('\n') : undefined);
  const kB = Math.ceil(statSync(file).size / 1000);
  const most = MORE_KB[name] ?? MOST_KB;
  check(counts, `${name}: ${kB} kB, of at most ${most}`, kB <= most ? undefined : '  grew beyond what a tarball may have');
  report(`${name}: publint`, await runNode([TOOL.publint, file, '--strict'], limits(cwd)));
  report(
    `${name}: are the types wrong`,
    await runNode([TOOL.attw, file, ...TYPES_RULES, '--no-definitely-typed', '--no-color', '--no-emoji', ...UNTYPED], limits(cwd)),
  );
}

async function installAll(tarballs, cwd) {
  const types = readJson(join(ROOT, 'node_modules/@types/node/package.json')).version;
  const { version } = readJson(join(ROOT, 'node_modules/esbuild/package.json'));
  const result = await install(tarballs, cwd, { '@types/node': types, esbuild: version });
  if (!report('the tarballs install into an empty project', result)) return false;

  const ours = new Set(tarballs.map(({ name }) => name));
  const foreign = Object.entries(readJson(join(cwd, 'package-lock.json')).packages)
    .filter(([path, entry]) => ours.has(path.split('node_modules/').pop()) && !entry.resolved?.startsWith('file:'))
    .map(([path]) => `${path} does not come from its tarball`);
  check(counts, 'no package of ours comes from elsewhere', foreign.length > 0 ? foreign.join('\n') : undefined);
  return true;
}

/** `require` must find the same names as `import`. Each has a process, since not every package may be loaded twice. */
async function checkEntries({ name, exports }, cwd) {
  const entries = Object.keys(exports)
    .filter((entry) => entry !== './package.json')
    .map((entry) => name + entry.slice(1));
  const count = entries.length === 1 ? 'its entry loads' : `its ${entries.length} entries load`;
  const printed = (load) => `for (const entry of ${JSON.stringify(entries)}) console.log(entry, ...Object.keys(${load}(entry)).sort());`;
  const imported = await runNode(['--input-type=module', '-e', printed('await import')], limits(cwd));
  if (!report(`${name}: ${count} by import`, imported)) return;
  const required = await runNode([...noRequireOfModules, '--input-type=commonjs', '-e', printed('require')], limits(cwd));
  if (!report(`${name}: ${count} by require`, required)) return;
  check(counts, `${name}: both find the same names`, imported.stdout === required.stdout ? undefined : required.stdout);
}

async function checkConsumer(cwd) {
  const files = ['main.ts', 'required.cts', 'tsconfig.json', 'tsconfig.node10.json'];
  for (const file of files) copyFileSync(join(ROOT, 'tools/consumer', file), join(cwd, file));
  if (!report('a TypeScript program compiles against them', await runNode([TOOL.tsc, '-p', '.'], limits(cwd)))) return;
  report(
    "it compiles for a Node that can't require ES modules (module 'node16')",
    await runNode([TOOL.tsc, '-p', '.', '--noEmit', '--module', 'node16', '--moduleResolution', 'node16'], limits(cwd)),
  );
  // It does not know `imports` of a package.json either, so it cannot check the declarations themselves.
  report(
    "it compiles where TypeScript reads main and types, not exports (moduleResolution 'node10')",
    await runNode([TOOL.tsc, '-p', 'tsconfig.node10.json'], limits(cwd)),
  );
  for (const file of ['out/main.js', 'out/required.cjs']) {
    const result = await runNode([...noRequireOfModules, file], limits(cwd));
    if (!report(`${file} runs with plain Node`, result)) continue;
    const output = result.stdout.trim();
    check(counts, `${file} prints what it should`, output === EXPECTED ? undefined : `expected ${EXPECTED}\nprinted  ${output}`);
  }
}

/** Counts a tool that was run as one check. @returns {boolean} whether it went well */
function report(title, result) {
  const ending = describeEnding(result, STEP_LIMIT_MS);
  check(counts, title, ending === '' ? undefined : `${result.output.trimEnd()}\nit ${ending}`);
  return ending === '';
}

function limits(cwd) {
  return { cwd, limitMs: STEP_LIMIT_MS, output: 'capture' };
}
