import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { filesProblem } from './packed.mjs';
import { ROOT } from './paths.mjs';
import { describeEnding, runNode } from './run.mjs';

const BUILD_MS = 5 * 60_000;
const ANSWER_MS = 60_000;
const EXPECTED = 'answer: {"scaled":21,"doubled":14,"marked":"refused"}';
const parts = ['app', 'tasks', 'next.config.mjs', '.next'];

/**
 * Builds tools/bundlers/next with Next, as a standalone server, and asks the server, in a folder of its own, what its tasks return.
 *
 * @param {string} folder - where Heddle's tarballs and Next are installed
 * @param {{ flags: string[], isOutside: boolean, needsFiles?: true }} how - flags of `next build`; whether Heddle is in
 *   `serverExternalPackages`; whether Heddle's files are copied beside the server
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function nextAppProblem(folder, { flags, isOutside, needsFiles }) {
  const fixture = join(ROOT, 'tools/bundlers/next');
  const removeParts = () => parts.forEach((part) => rmSync(join(folder, part), { recursive: true, force: true }));
  removeParts();
  cpSync(fixture, folder, { recursive: true });
  const to = mkdtempSync(join(tmpdir(), 'heddle-next-'));
  try {
    const env = { NEXT_TELEMETRY_DISABLED: '1', HEDDLE_OUTSIDE: isOutside ? '1' : '0' };
    const args = [join(folder, 'node_modules/next/dist/bin/next'), 'build', ...flags];
    const built = await runNode(args, { cwd: folder, env, output: 'capture', limitMs: BUILD_MS });
    if (built.code !== 0) return `next build ${describeEnding(built, BUILD_MS)}\n${built.output}`;
    cpSync(join(folder, '.next/standalone'), to, { recursive: true, verbatimSymlinks: true });
    cpSync(join(fixture, 'ask.mjs'), join(to, 'ask.mjs'));
    const problem = needsFiles ? await filesProblem(folder, to) : undefined;
    if (problem !== undefined) return problem;
    removeParts(); // nothing is found where it was built
    const asked = await runNode([join(to, 'ask.mjs')], { cwd: to, env, output: 'capture', limitMs: ANSWER_MS });
    return asked.output.split('\n').includes(EXPECTED)
      ? undefined
      : `expected ${EXPECTED}\n${asked.output}\n${describeEnding(asked, ANSWER_MS)}`;
  } finally {
    removeParts();
    rmSync(to, { recursive: true, force: true });
  }
}
