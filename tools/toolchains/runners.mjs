/** Test runners that rewrite the functions of a test file: Vitest in each of its pools, ts-jest in both kinds of modules. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { check, readTestRun } from '../lib/counts.mjs';
import { ROOT } from '../lib/paths.mjs';
import { describeEnding, run } from '../lib/run.mjs';

const LIMIT_MS = 3 * 60_000;
/** How many tests works.ts has: a run with fewer of them has left some out. */
const TESTS = 31;

/** A Node that can require ES modules does not do it here: Node 20.12 can't. */
const noRequireOfModules = ['--no-experimental-require-module'].filter((flag) => process.allowedNodeEnvironmentFlags.has(flag));

/** TypeScript 7 has no interface for tools yet. */
export const typescriptForTools = { typescript: '6.0.3', '@types/node': '20.19.43' };

export const runners = {
  vitest: { packages: { vitest: '4.1.12', vite: '8.4.0' }, run: vitest },
  'ts-jest': { packages: { jest: '30.5.2', '@jest/globals': '30.5.2', 'ts-jest': '29.4.15', ...typescriptForTools }, run: tsJest },
};

async function vitest({ folder, nodes, counts }) {
  const cwd = copyFixture(folder, 'vitest');
  for (const { program, version } of nodes) {
    for (const pool of ['threads', 'forks', 'vmThreads']) {
      const args = [join(folder, 'node_modules/vitest/vitest.mjs'), 'run', '--pool', pool, '--reporter', 'json', '--outputFile'];
      await runTests(counts, `Vitest, ${pool}, Node ${version}`, { program, args, cwd });
    }
  }
}

async function tsJest({ folder, nodes, counts }) {
  const cwd = copyFixture(folder, '@jest/globals');
  const jest = [join(folder, 'node_modules/jest/bin/jest.js'), '--ci', '--runInBand', '--json', '--outputFile'];
  for (const { program, version } of nodes) {
    const kinds = { commonjs: noRequireOfModules, esm: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'] };
    for (const [modules, flags] of Object.entries(kinds)) {
      const args = [...flags, ...jest];
      await runTests(counts, `ts-jest, ${modules}, Node ${version}`, { program, args, cwd, env: { MODULES: modules } });
    }
  }
}

function copyFixture(folder, runner) {
  const cwd = join(folder, `runner-${runner.replace(/\W/g, '')}`);
  cpSync(join(ROOT, 'tools/toolchains/fixtures/runner'), cwd, { recursive: true });
  const source = readFileSync(join(cwd, 'works.ts'), 'utf8');
  writeFileSync(join(cwd, 'works.test.ts'), source.replace("from 'vitest'", `from '${runner}'`));
  return cwd;
}

/** Counts each test of a run as a check. */
async function runTests(counts, title, { program, args, cwd, env }) {
  const report = join(cwd, 'report.json');
  rmSync(report, { force: true });
  const result = await run(program, [...args, report], { cwd, env, limitMs: LIMIT_MS, output: 'capture' });
  const tests = readTestRun(report) ?? [];
  for (const { name, problem } of tests) check(counts, `${title}: ${name}`, problem);
  const ending = describeEnding(result, LIMIT_MS);
  if (tests.length !== TESTS || (ending !== '' && tests.every(({ problem }) => problem === undefined)))
    check(counts, title, `${result.output}\nran ${tests.length} of ${TESTS} tests; it ${ending || 'ended well'}`);
}
