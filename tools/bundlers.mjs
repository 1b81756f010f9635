/**
 * Applications that are bundled with Heddle inside: packs the packages, installs them and the bundlers into an empty project, and runs what
 * each bundler makes of tools/bundlers/app.js in a folder without node_modules. Next builds the server of tools/bundlers/next.
 *
 * `npm run test:bundlers [-- NAME ...]`: Rollup, webpack, ...; without names all of them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bundlers } from './bundlers/builds.mjs';
import { bundledAppProblem } from './lib/bundled-app.mjs';
import { chosenOf } from './lib/chosen.mjs';
import { check, noCounts, summary } from './lib/counts.mjs';
import { installPublic, readJson } from './lib/packed.mjs';
import { takeGroupsAlong } from './lib/run.mjs';
import { installRuntime } from './lib/runtimes.mjs';
import { noteTools } from './matrix/page.mjs';

/** The versions that are tested. */
const versions = {
  '@rollup/plugin-commonjs': '29.0.3',
  '@rollup/plugin-node-resolve': '16.0.3',
  '@vercel/ncc': '0.45.0',
  esbuild: '0.28.2',
  next: '16.4.6',
  postject: '1.0.0-alpha.6',
  react: '19.3.1',
  'react-dom': '19.3.1',
  rollup: '4.68.8',
  tsdown: '0.21.10',
  vite: '8.4.0',
  webpack: '5.113.0',
};

const names = chosenOf('bundler', Object.keys(bundlers));
takeGroupsAlong();
const counts = noCounts();
const folder = mkdtempSync(join(tmpdir(), 'heddle-bundlers-'));
try {
  const packages = names.flatMap((name) => bundlers[name].packages);
  if (await installPublic(folder, Object.fromEntries(packages.map((name) => [name, versions[name]])), counts)) {
    const found = {};
    for (const name of names) {
      const title = await titleOf(name);
      found[title] = await (bundlers[name].problem?.(folder) ?? bundledAppProblem(name, folder));
      check(counts, title, found[title]);
    }
    noteTools('test:bundlers', found);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(summary(counts));
process.exit(counts.failed === 0 ? 0 : 1); // a bundler may leave something running

async function titleOf(name) {
  const { packages, runtime } = bundlers[name];
  const versions = packages.slice(0, 1).map((first) => readJson(join(folder, 'node_modules', first, 'package.json')).version);
  if (runtime !== undefined) versions.unshift((await installRuntime(runtime)).version);
  return `${name} (${versions.join(', ')})`;
}
