/**
 * Test runners and compilers as users have them: packs the packages, installs them and the tools into an empty project, and runs the
 * fixtures of tools/toolchains there, on this Node and on Node 24.
 *
 * `npm run test:tools [-- NAME ...]`: vitest, ts-jest, ...; without names all of them.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chosenOf } from './lib/chosen.mjs';
import { noCounts, sum, summary } from './lib/counts.mjs';
import { installPublic } from './lib/packed.mjs';
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

const names = chosenOf('tool', Object.keys(toolchains));
takeGroupsAlong();
let counts = noCounts();
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-tools-')));
try {
  const others = Object.assign({}, ...names.map((name) => toolchains[name].packages));
  if (await installPublic(folder, others, counts)) {
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
