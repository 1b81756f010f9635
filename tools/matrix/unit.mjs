/** The whole unit suite on another version of Node. Jest's processes, and the programs that tests start by the name `node`, are of that version. */
import { mkdirSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { judge, readJestRun } from '../lib/counts.mjs';
import { testedFolders, wholeSuite } from '../lib/jest.mjs';
import { ROOT } from '../lib/paths.mjs';
import { describeEnding, run } from '../lib/run.mjs';

const LIMIT_MS = 90 * 60_000;

/**
 * @param {string} name - of the runtime
 * @param {{ program: string }} runtime
 * @param {import('../lib/counts.mjs').Counts} counts - the counts of all runs, to add to
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
export async function unitSuite(name, { program }, counts) {
  const report = join(ROOT, '.test-results', `matrix-${name}-unit.json`);
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const env = { PATH: [dirname(program), process.env.PATH ?? ''].join(delimiter) };
  const result = await run(program, wholeSuite(report), { cwd: ROOT, env, limitMs: LIMIT_MS, output: 'capture' });
  const { passed, failed, skipped, problems } = judge(readJestRun(report, ROOT, testedFolders()), describeEnding(result, LIMIT_MS));
  counts.passed += passed;
  counts.failed += failed;
  counts.skipped += skipped;
  for (const problem of problems) {
    counts.problems.push(`${name}, unit: ${problem}`);
    console.log(`✗ ${name}, unit: ${problem}`);
  }
  if (failed > 0) console.log(result.output);
  console.log(`${name}, unit: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  return { passed, failed, skipped };
}
