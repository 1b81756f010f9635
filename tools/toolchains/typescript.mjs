/** Heddle's declarations, compiled by the oldest TypeScript that can do it, the one of this repository, and the newest. */
import { cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';

import { check } from '../lib/counts.mjs';
import { readJson } from '../lib/packed.mjs';
import { ROOT } from '../lib/paths.mjs';
import { describeEnding, runNode } from '../lib/run.mjs';
import { typescriptForTools } from './runners.mjs';

const LIMIT_MS = 2 * 60_000;

/** The package of each version: what it needs to know no `exports`, and whether it uses all types that are installed. */
const compilers = {
  'typescript-oldest': { node10: ['--ignoreDeprecations', '5.0'], findsTypes: true },
  typescript: { node10: [], findsTypes: false },
  'typescript-newest': { node10: undefined, findsTypes: false }, // node10 has been removed
};

export const typescript = {
  typescript: {
    packages: {
      'typescript-oldest': 'npm:typescript@5.7.2',
      'typescript-newest': 'npm:typescript@7.0.2',
      ...typescriptForTools,
    },
    run: compileAll,
  },
};

async function compileAll(workplace) {
  const { folder } = workplace;
  for (const fixture of ['consumer', 'toolchains/fixtures/node-types'])
    cpSync(join(ROOT, 'tools', fixture), join(folder, 'typescript', fixture.split('/').pop()), { recursive: true });
  for (const [name, { node10, findsTypes }] of Object.entries(compilers)) {
    const compiler = { ...workplace, name, version: readJson(join(folder, 'node_modules', name, 'package.json')).version };
    await compiles(compiler, 'nodenext', 'consumer', ['--noEmit']);
    await compiles(compiler, 'node16', 'consumer', ['--noEmit', '--module', 'node16', '--moduleResolution', 'node16']);
    if (node10 !== undefined) await compiles(compiler, 'node10', 'consumer', ['-p', 'tsconfig.node10.json', ...node10]);
    if (findsTypes) await compiles(compiler, 'no types named', 'node-types');
    else await lacksTypes(compiler, 'no types named', 'node-types');
    await compiles(compiler, 'types: node', 'node-types', ['--types', 'node']);
    await withoutNodeTypes(folder, async () => {
      await lacksTypes(compiler, 'without @types/node', 'node-types');
      await compiles(compiler, 'without @types/node, skipLibCheck', 'node-types', ['--skipLibCheck', 'true']);
    });
  }
}

async function compiles(compiler, title, fixture, args) {
  const result = await compile(compiler, fixture, args);
  const ending = describeEnding(result, LIMIT_MS);
  check(
    compiler.counts,
    `TypeScript ${compiler.version}, ${title}: compiles`,
    ending === '' ? undefined : `${result.output}\nit ${ending}`,
  );
}

/** All errors are about types of Node, and in declarations: the program itself compiles. */
async function lacksTypes(compiler, title, fixture) {
  const { output } = await compile(compiler, fixture);
  const lines = output.trim().split('\n');
  const isRight = lines.some((line) => /Cannot find name 'AbortSignal'/.test(line)) && lines.every(isOfNodeTypes);
  check(compiler.counts, `TypeScript ${compiler.version}, ${title}: names the missing types`, isRight ? undefined : output);
}

function isOfNodeTypes(line) {
  return /^\S*node_modules\/@heddle\/\S+ error TS(?:2304|2307|2503|2552|2580|2591): Cannot find/.test(line);
}

async function compile({ folder, name }, fixture, args = []) {
  const cwd = join(folder, 'typescript', fixture);
  const tsc = join(folder, 'node_modules', name, 'bin/tsc');
  const project = args.includes('-p') ? [] : ['-p', '.'];
  return await runNode([tsc, ...project, '--pretty', 'false', ...args], { cwd, limitMs: LIMIT_MS, output: 'capture' });
}

async function withoutNodeTypes(folder, action) {
  const installed = join(folder, 'node_modules/@types/node');
  const away = join(folder, 'node-types-away');
  renameSync(installed, away);
  try {
    await action();
  } finally {
    renameSync(away, installed);
  }
}
