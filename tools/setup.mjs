/**
 * Brings a checkout to where its commands can run: dependencies installed, packages built. Each step is skipped when
 * nothing has changed since it was last done, so that a second run starts at once. Node's own modules only: on a fresh
 * machine nothing else is there.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { NX_CACHE, ROOT, TOOL, workspaces } from './lib/paths.mjs';
import { describeEnding, runNode, runNpm } from './lib/run.mjs';

const NODE_MODULES = join(ROOT, 'node_modules');
const INSTALLED_STAMP = join(NODE_MODULES, '.setup-stamp');
const BUILT_STAMP = join(NODE_MODULES, '.build-stamp');
const PLATFORM = `${process.platform}-${process.arch}`;
const INSTALL_LIMIT_MS = 5 * 60_000;
const BUILD_LIMIT_MS = 5 * 60_000;

/** Without a network npm by itself retries for longer than anybody waits, and says nothing meanwhile. */
export const NPM_GIVES_UP = ['--fetch-retries=3', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];

/** What keeps every tool from asking, drawing and reporting: nobody is there to answer. */
export const QUIET = {
  CI: 'true',
  NX_CACHE_DIRECTORY: NX_CACHE,
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  DO_NOT_TRACK: '1',
  ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
};

export class SetupError extends Error {}

/** Installs and builds what is missing or out of date. @throws {SetupError} with the tool's own output */
export async function setUp() {
  requireNode();
  await install();
  await build();
}

/** As `setUp`, without the build. */
export async function setUpDependencies() {
  requireNode();
  await install();
}

/** Runs `main`; a set-up that failed is told in its own words and ends the process with 1. */
export async function orExplain(main) {
  try {
    return await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 12)) {
    throw new SetupError(`Heddle needs Node 20.12 or later; this is ${process.version}.`);
  }
}

async function install() {
  const wanted = installedState();
  const stamp = readStamp(INSTALLED_STAMP);
  if (stamp === wanted) return;
  if ((stamp === undefined || stamp.startsWith(`${PLATFORM} `)) && installedMatchesLock()) {
    writeFileSync(INSTALLED_STAMP, wanted);
    return;
  }
  await step('Installing dependencies', INSTALL_LIMIT_MS, (options) =>
    runNpm(
      ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error', ...NPM_GIVES_UP],
      options,
    ),
  );
  writeFileSync(INSTALLED_STAMP, wanted);
}

async function build() {
  const wanted = builtState();
  if (readStamp(BUILT_STAMP) === wanted && workspaces().every(isBuilt)) return;
  await step('Building', BUILD_LIMIT_MS, (options) => runNode([TOOL.nx, 'run-many', '-t', 'build', '--output-style=static'], options));
  writeFileSync(BUILT_STAMP, wanted);
}

/** Notes that everything has just been built, by whatever means. */
export function markBuilt() {
  writeFileSync(BUILT_STAMP, builtState());
}

/** One line for a step that is done; all of the tool's output for one that failed. */
async function step(title, limitMs, start) {
  process.stderr.write(`${title} ...`);
  const startedAt = performance.now();
  const result = await start({ cwd: ROOT, env: QUIET, limitMs, output: 'capture' });
  const ending = describeEnding(result, limitMs);
  process.stderr.write(` ${ending === '' ? 'done' : 'failed'} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`);
  if (ending !== '') throw new SetupError(`${result.output.trimEnd()}\n\n${title} failed: it ${ending}.`);
}

function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function installedState() {
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  return `${PLATFORM} ${lock}\n`;
}

/** Whether what somebody installed by hand is what the lock says, so that it need not be installed again. */
function installedMatchesLock() {
  const record = join(NODE_MODULES, '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = readJson(record).packages;
  return Object.entries(readJson(join(ROOT, 'package-lock.json')).packages).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    if (entry.link) return existsSync(join(ROOT, path));
    const version = installed[path]?.version ?? versionAt(path);
    return version === undefined ? entry.optional || entry.devOptional || entry.peer : version === entry.version;
  });
}

function versionAt(path) {
  const manifest = join(ROOT, path, 'package.json');
  return existsSync(manifest) ? readJson(manifest).version : undefined;
}

/** A fingerprint of all that a build reads, by name, size and time of change: reading the files would take longer. */
function builtState() {
  const hash = createHash('sha256').update(installedState());
  const add = (path) => {
    const { size, mtimeMs } = statSync(join(ROOT, path));
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  };
  for (const file of ['nx.json', 'package.json', 'tsconfig.base.json']) add(file);
  for (const folder of workspaces()) {
    for (const file of ['package.json', 'project.json', 'tsconfig.build.json']) add(`${folder}/${file}`);
    if (!existsSync(join(ROOT, folder, 'src'))) continue;
    for (const file of readdirSync(join(ROOT, folder, 'src'), { recursive: true }).sort()) {
      if (file.endsWith('.ts') && !file.endsWith('.test.ts')) add(`${folder}/src/${file}`);
    }
  }
  return hash.digest('hex');
}

function isBuilt(folder) {
  return existsSync(join(ROOT, folder, 'dist/tsconfig.build.tsbuildinfo'));
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
