/** Programs under ts-node: as CommonJS by its command and by `-r ts-node/register`, as ES modules by its loader. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';

import { check } from '../lib/counts.mjs';
import { ROOT } from '../lib/paths.mjs';
import { describeEnding, run } from '../lib/run.mjs';
import { typescriptForTools } from './runners.mjs';

const LIMIT_MS = 60_000;

const lines = {
  'a function by source': '42',
  imports: 'b/',
  'a task': '8',
  'a task by its address': '10',
  'import()': '12',
  'an error': 'RangeError: too wide',
};
const advice = /could not be loaded: .*; Node .*start the program by node --import tsx, or node -r ts-node\/register$/;
/** The command registers ts-node in its own thread only, so Node itself loads what a thread needs. */
const threadsOfCommand = { 'a task': advice, 'a task by its address': advice, 'import()': "Error: Cannot find module './tasks'" };

/** How a program starts, and the lines that differ for threads. */
const starts = {
  'ts-node app.ts': { source: 'commonjs', args: ({ bin }) => [bin], threads: threadsOfCommand },
  'node -r ts-node/register app.ts': { source: 'commonjs', args: () => ['-r', 'ts-node/register'] },
  'node --loader ts-node/esm app.ts': { source: 'esm', args: () => ['--no-warnings', '--loader', 'ts-node/esm'] },
};

export const tsNode = { 'ts-node': { packages: { 'ts-node': '10.9.2', ...typescriptForTools }, run: runAll } };

async function runAll({ folder, nodes, counts }) {
  cpSync(join(ROOT, 'tools/toolchains/fixtures/ts-node'), join(folder, 'ts-node'), { recursive: true });
  const bin = join(folder, 'node_modules/ts-node/dist/bin.js');
  for (const { program, version } of nodes) {
    for (const [title, { source, args, threads }] of Object.entries(starts)) {
      const cwd = join(folder, 'ts-node', source);
      // The command looks for it above the file that a process runs, which is Heddle's: here the project is no folder above it.
      const env = { TS_NODE_PROJECT: join(cwd, 'tsconfig.json') };
      const options = { cwd, env, limitMs: LIMIT_MS, output: 'capture' };
      const result = await run(program, [...args({ bin }), 'app.ts'], options);
      const ending = describeEnding(result, LIMIT_MS);
      check(counts, `${title}, Node ${version}, ends`, ending === '' ? undefined : `${result.output}\nit ${ending}`);
      const printed = result.stdout.split('\n');
      const pools = { ThreadPoolExecutor: { ...lines, ...threads }, ProcessPoolExecutor: lines };
      for (const [pool, expected] of Object.entries(pools))
        for (const [line, text] of Object.entries(expected))
          check(counts, `${title}, Node ${version}: ${pool}, ${line}`, lineProblem(printed, `${pool}, ${line}: `, text));
    }
  }
}

function lineProblem(printed, start, expected) {
  const line = printed.find((each) => each.startsWith(start))?.slice(start.length);
  const isRight = typeof expected === 'string' ? line === expected : line !== undefined && expected.test(line);
  return isRight ? undefined : `expected ${expected}\nprinted  ${line}`;
}
