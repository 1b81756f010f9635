import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

import { noCounts, writeCounts } from './counts.mjs';
import { ROOT } from './paths.mjs';

/**
 * Runs a tool's script with Node, from the root, to its end.
 * @param {string} script
 * @param {...string} args
 */
export function runTool(script, ...args) {
  return spawnSync(process.execPath, [script, ...args], { cwd: ROOT, encoding: 'utf8', maxBuffer: 256 << 20 });
}

/**
 * A stage that asks one tool about the whole tree: `judge` counts what the tool found. `--counts FILE` gets the counts.
 * @param {(counts: ReturnType<typeof noCounts>) => void | Promise<void>} judge
 */
export async function wholeTreeStage(judge) {
  const { values } = parseArgs({ options: { counts: { type: 'string' } } });
  const counts = noCounts();
  await judge(counts);
  writeCounts(values.counts, counts);
  process.exitCode = counts.failed === 0 ? 0 : 1;
}
