/**
 * No file imports itself by way of others, type imports included: see docs/decisions/0030-no-import-cycles.md.
 *
 * `node tools/cycles.mjs [--counts FILE] [FOLDER...]`, each a workspace: `packages/engine`. Without folders: all.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { check, noCounts, summary, writeCounts } from './lib/counts.mjs';
import { importCycles, importGraph, shortestRound } from './lib/import-cycles.mjs';
import { ROOT, workspaces } from './lib/paths.mjs';

const { values, positionals } = parseArgs({ options: { counts: { type: 'string' } }, allowPositionals: true });
const folders = (positionals.length > 0 ? positionals : workspaces()).filter((folder) => existsSync(join(ROOT, folder, 'src')));

const counts = noCounts();
for (const folder of folders) {
  const graph = importGraph(join(ROOT, folder, 'src'));
  const cycles = importCycles(graph);
  check(counts, `${folder}: ${String(graph.size)} files, no import cycle`, cycles.length > 0 ? explain(graph, cycles) : undefined);
}
console.log(summary(counts));
if (values.counts !== undefined) writeCounts(values.counts, counts);
process.exitCode = counts.failed > 0 ? 1 : 0;

function explain(graph, cycles) {
  return cycles
    .map((group) => `  ${group.length} files in a circle, e.g. ${shortestRound(graph, group).join(' -> ')}\n    all: ${group.join(' ')}`)
    .join('\n');
}
