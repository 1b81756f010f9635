import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bundlers } from '../bundlers/builds.mjs';
import { filesProblem } from './packed.mjs';
import { ROOT } from './paths.mjs';
import { describeEnding, run } from './run.mjs';

const LIMIT_MS = 2 * 60_000;
const EXPECTED = [
  'the application runs', // once: no worker runs it again
  'threads 21 3,6,9',
  'failure RangeError out of range',
  'ended AbortError true HEDDLE_ABORTED',
  'lock true',
  'task refused',
  'processes 15',
  'thread false',
].join('\n');

/**
 * Bundles tools/bundlers/app.js, or the folder `source`, with Heddle inside, copies Heddle's files beside it, and runs it in a folder of its
 * own.
 *
 * @param {string} name - of the bundler
 * @param {string} folder - where Heddle's tarballs and the bundler are installed
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function bundledAppProblem(name, folder) {
  const { build, source = 'app.js', expected = EXPECTED } = bundlers[name];
  const copy = join(folder, source);
  cpSync(join(ROOT, 'tools/bundlers', source), copy, { recursive: true });
  const input = source.endsWith('.js') ? copy : join(copy, 'app.js');
  const to = mkdtempSync(join(tmpdir(), 'heddle-bundled-'));
  try {
    const program = await build({ folder, input, to });
    if (program?.hasFiles !== true) {
      const problem = await filesProblem(folder, to);
      if (problem !== undefined) return problem;
    }
    rmSync(copy, { recursive: true }); // webpack leaves a module the address that it had where it was built
    const { command, args } = program ?? ofNode(to);
    const options = { cwd: to, env: { NODE_OF_WORKERS: process.execPath }, output: 'capture', limitMs: LIMIT_MS };
    const result = await run(command, args, options);
    const ending = describeEnding(result, LIMIT_MS);
    if (ending !== '' || result.output.trim() !== expected) return `expected\n${expected}\nprinted\n${result.output}\n${ending}`;
    return undefined;
  } catch (error) {
    return String(error?.stack ?? error);
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
}

/** How a bundle of JavaScript runs. */
function ofNode(to) {
  const main = ['app.mjs', 'app.cjs', 'app.js'].map((file) => join(to, file)).find((file) => existsSync(file));
  if (main === undefined) throw new Error('the bundler left no app.mjs and no app.cjs');
  return { command: process.execPath, args: [main] };
}
