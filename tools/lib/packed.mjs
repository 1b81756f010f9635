/** The public packages, packed, and installed as users install them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { NPM_GIVES_UP } from '../setup.mjs';
import { check } from './counts.mjs';
import { ROOT, workspaces } from './paths.mjs';
import { runNode, runNpm } from './run.mjs';

const LIMIT_MS = 2 * 60_000;

/** The package.json of each public package. */
export function publicPackages() {
  return workspaces()
    .map((workspace) => readJson(join(ROOT, workspace, 'package.json')))
    .filter((manifest) => manifest.private !== true);
}

/**
 * Packs packages into a folder. `tarballs` is undefined when npm failed.
 *
 * @param {{ name: string }[]} packages
 * @param {string} folder
 */
export async function pack(packages, folder) {
  const selected = packages.flatMap(({ name }) => ['-w', name]);
  const result = await runNpm(['pack', '--json', '--loglevel=error', '--pack-destination', folder, ...selected], limits(ROOT));
  if (result.code !== 0) return { result, tarballs: undefined };
  const tarballs = Object.values(JSON.parse(result.stdout)).map(({ name, filename, files }) => ({
    name,
    file: join(folder, filename.replace('@', '').replace('/', '-')),
    paths: files.map((file) => file.path),
  }));
  return { result, tarballs };
}

/**
 * Installs all at once, since they depend on each other by version; what they need from others comes from the ordinary registry.
 *
 * @param {{ name: string, file: string }[]} tarballs
 * @param {string} folder
 * @param {Record<string, string>} others - further packages, with their versions
 */
export async function install(tarballs, folder, others) {
  const manifest = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`])),
    devDependencies: others,
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', ...NPM_GIVES_UP];
  return await runNpm(['install', ...flags], limits(folder));
}

/**
 * Packs and installs all public packages, with others beside them, and counts a failure.
 *
 * @param {string} folder
 * @param {Record<string, string>} others - further packages, with their versions
 * @param {import('./counts.mjs').Counts} counts
 * @returns {Promise<boolean>} whether all are installed
 */
export async function installPublic(folder, others, counts) {
  const { result, tarballs } = await pack(publicPackages(), folder);
  const installed = tarballs === undefined ? result : await install(tarballs, folder, others);
  if (installed.code === 0) return true;
  check(counts, tarballs === undefined ? 'the packages pack' : 'the packages and the tools install', installed.output);
  return false;
}

/**
 * Copies Heddle's files beside an application's bundle, as `npx heddle-files` does.
 *
 * @param {string} folder - where the packages are installed
 * @param {string} to
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function filesProblem(folder, to) {
  const { code, output } = await runNode([join(folder, 'node_modules/heddle/bin/heddle-files.js'), to], limits(folder));
  return code === 0 ? undefined : output;
}

export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function limits(cwd) {
  return { cwd, limitMs: LIMIT_MS, output: 'capture' };
}
