import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Absent } from '../src/absent.mjs';
import { sampled } from '../src/sample.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench } from '../types.d.ts' */

const run = promisify(execFile);
/** A process that never answers is no figure. */
const limits = { timeout: 30_000 };

/** The time that a fresh process takes for `import 'PACKAGE'` alone, as that process measures it. @param {Bench} bench */
export const measureImport = async ({ contestant, scale }) => {
  const name = contestant.kind === 'ours' ? 'heddle' : contestant.package;
  const program = `const start = performance.now(); await import('${name}'); console.log(performance.now() - start);`;
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  return sampled(scale, async () => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { ...limits, cwd });
    return Number(stdout);
  });
};

/** From the start of a process, as its parent sees it, to its first result: the programs in `cold/`. @param {Bench} bench */
export const measureColdStart = async ({ contestant, scale }) => {
  const file = fileURLToPath(new URL(`cold/${contestant.name}.mjs`, import.meta.url));
  if (!existsSync(file)) throw new Absent(`no program ${contestant.name}.mjs`);
  return sampled(scale, async () => {
    const start = performance.now();
    const { stdout } = await run(process.execPath, [file], limits);
    const ms = performance.now() - start;
    mustEqual(Number(stdout), 42, 'result');
    return ms;
  });
};
