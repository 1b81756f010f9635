/**
 * Test runners and compilers as users have them: packs the packages, installs them and the tools into an empty project, and runs the
 * fixtures of tools/toolchains there, on this Node and on Node 24.
 *
 * `npm run test:tools [-- NAME ...]`: vitest, ts-jest, ...; without names all of them.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { check, noCounts, sum, summary } from './lib/counts.mjs';
import { install, pack, publicPackages } from './lib/packed.mjs';
import { takeGroupsAlong } from './lib/run.mjs';
import { installRuntime } from './lib/runtimes.mjs';
import { noteTools } from './matrix/page.mjs';
import { runners } from './toolchains/runners.mjs';
import { tsNode } from './toolchains/ts-node.mjs';
import { typescript } from './toolchains/typescript.mjs';

/** @typedef {{ program: string, version: string }} Node */
/** @typedef {{ folder: string, nodes: Node[], counts: import('./lib/counts.mjs').Counts }} Workplace where the tarballs and the tools are */

/** @type {Record<string, { packages: Record<string, string>, run: (workplace: Workplace) => Promise<void> }>} */
const toolchains = { ...runners, ...tsNode, ...typescript };

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in toolchains));
if (unknown.length > 0) {
  console.error(`No tool ${unknown.join(', ')}. There are: ${Object.keys(toolchains).join(', ')}.`);
  process.exit(2);
}

takeGroupsAlong();
let counts = noCounts();
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-tools-')));
try {
  const names = chosen.length > 0 ? chosen : Object.keys(toolchains);
  const selected = names.map((name) => toolchains[name]);
  if (await installAll(selected)) {
    const nodes = [{ program: process.execPath, version: process.versions.node }, await installRuntime('node24')];
    const found = {};
    for (const name of names) {
      const own = noCounts();
      await toolchains[name].run({ folder, nodes, counts: own });
      counts = sum([counts, own]);
      const title = [name, toolchains[name].packages[name] ?? ''].join(' ').trim();
      const on = nodes.map(({ version }) => version).join(' and ');
      found[`${title}, ${String(own.passed)} checks on Node ${on}`] = own.failed === 0 ? undefined : 'failed';
    }
    noteTools('test:tools', found);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(summary(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;

async function installAll(selected) {
  const { result, tarballs } = await pack(publicPackages(), folder);
  if (tarballs === undefined) return fails('the packages pack', result);
  const others = Object.assign({}, ...selected.map(({ packages }) => packages));
  const installed = await install(tarballs, folder, others);
  return installed.code === 0 || fails('the tools install', installed);
}

function fails(title, { output }) {
  check(counts, title, output);
  return false;
}
