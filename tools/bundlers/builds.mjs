/**
 * How each bundler puts app.js and Heddle into one file. A build works in a folder where Heddle's tarballs and the bundler are installed;
 * it leaves `to`/app.mjs or `to`/app.cjs, which Node runs, or returns what is to run.
 */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { nextAppProblem } from '../lib/next-app.mjs';
import { run, runNode } from '../lib/run.mjs';
import { installRuntime } from '../lib/runtimes.mjs';

/** @typedef {{ folder: string, input: string, to: string }} Build where it works, what it bundles, where to */

/** @typedef {{ command: string, args: string[], hasFiles?: true }} Program what runs the application; whether it has Heddle's files already */

/** @type {Record<string, { packages: string[], runtime?: string, source?: string, expected?: string, build: (build: Build) => Promise<Program | void> }>} */
const files = {
  esbuild: { packages: ['esbuild'], build: (build) => esbuild(build, { format: 'esm', outExtension: { '.js': '.mjs' } }) },
  'esbuild, minified': {
    packages: ['esbuild'],
    build: (build) => esbuild(build, { format: 'esm', minify: true, outExtension: { '.js': '.mjs' } }),
  },
  'esbuild, CommonJS': { packages: ['esbuild'], build: (build) => esbuild(build, commonJs) },
  'esbuild, CommonJS, minified': { packages: ['esbuild'], build: (build) => esbuild(build, { ...commonJs, minify: true }) },
  'esbuild, an entry for tasks': {
    packages: ['esbuild'],
    source: 'split',
    expected: 'the application runs\nscaled 21',
    build: (build) => esbuild(build, splitOptions(build)),
  },
  Rollup: { packages: ['rollup', '@rollup/plugin-node-resolve', '@rollup/plugin-commonjs'], build: rollup },
  webpack: { packages: ['webpack'], build: webpack },
  'Vite, SSR': { packages: ['vite'], build: (build) => vite(build, { ssr: true }) },
  'Vite, library': { packages: ['vite'], build: (build) => vite(build, { lib: { entry: build.input, formats: ['es'] } }) },
  tsdown: { packages: ['tsdown'], build: tsdown },
  ncc: { packages: ['@vercel/ncc'], build: ncc },
  'bun build, for Node': { packages: [], runtime: 'bun', build: (build) => bun(build, '--target=node') },
  'bun build, for Node, minified': { packages: [], runtime: 'bun', build: (build) => bun(build, '--target=node', '--minify') },
  'bun build, for Bun': { packages: [], runtime: 'bun', build: bunForBun },
  'bun build, executable': { packages: [], runtime: 'bun', build: bunExecutable },
  'single executable': { packages: ['postject', 'esbuild'], build: (build) => injected(build, process.execPath) },
  'single executable, Node 24': { packages: ['postject', 'esbuild'], runtime: 'node24', build: injectedInto('node24') },
  'single executable, Node 26': { packages: ['esbuild'], runtime: 'node26', build: singleExecutable },
};

const commonJs = {
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  logOverride: { 'empty-import-meta': 'silent' }, // Heddle does without it
};

const nextPackages = ['next', 'react', 'react-dom'];

/**
 * An application of one file, or one that has its own way: `problem` tells what went wrong.
 * @type {Record<string, { packages: string[], runtime?: string, source?: string, expected?: string, build?: (build: Build) => Promise<Program | void>, problem?: (folder: string) => Promise<string | undefined> }>}
 */
export const bundlers = {
  ...files,
  Next: { packages: nextPackages, problem: (folder) => nextAppProblem(folder, { flags: [], isOutside: false }) },
  'Next, heddle outside': { packages: nextPackages, problem: (folder) => nextAppProblem(folder, { flags: [], isOutside: true }) },
  'Next, webpack': {
    packages: nextPackages,
    problem: (folder) => nextAppProblem(folder, { flags: ['--webpack'], isOutside: false, needsFiles: true }),
  },
  'Next, webpack, heddle outside': {
    packages: nextPackages,
    problem: (folder) => nextAppProblem(folder, { flags: ['--webpack'], isOutside: true }),
  },
};

const SEA_FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'; // postject looks for it in Node's program

function splitOptions({ folder }) {
  const entryPoints = { app: join(folder, 'split/app.js'), tasks: join(folder, 'split/tasks.js') };
  return { entryPoints, format: 'esm', splitting: true, minify: true, outExtension: { '.js': '.mjs' } };
}

/** What a package of the folder exports. */
async function load({ folder }, name) {
  return await import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href);
}

async function esbuild(build, options) {
  const { build: run } = await load(build, 'esbuild');
  await run({
    entryPoints: { app: build.input },
    outdir: build.to,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    absWorkingDir: build.folder,
    ...options,
  });
}

async function rollup(build) {
  const { rollup: run } = await load(build, 'rollup');
  const { default: resolve } = await load(build, '@rollup/plugin-node-resolve');
  const { default: commonjs } = await load(build, '@rollup/plugin-commonjs');
  const bundle = await run({ input: build.input, plugins: [resolve({ preferBuiltins: true }), commonjs()], onwarn: () => undefined });
  await bundle.write({ file: join(build.to, 'app.mjs'), format: 'es', inlineDynamicImports: true });
  await bundle.close();
}

async function webpack(build) {
  const { default: run } = await load(build, 'webpack');
  const stats = await new Promise((resolve, reject) => {
    run(
      {
        mode: 'production',
        target: 'node20',
        context: build.folder,
        entry: build.input,
        output: { path: build.to, filename: 'app.cjs' },
        ignoreWarnings: [/the request of a dependency is an expression/],
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    );
  });
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
}

async function vite(build, kind) {
  const { build: run } = await load(build, 'vite');
  await run({
    root: build.folder,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, target: 'node' },
    // A library is for browsers unless this says otherwise.
    ...('lib' in kind ? { resolve: { conditions: ['node', 'module'] } } : {}),
    build: {
      outDir: build.to,
      target: 'node20',
      emptyOutDir: true,
      ...kind,
      rollupOptions: { input: build.input, external: /^node:/, output: { entryFileNames: 'app.mjs' } },
    },
  });
}

async function tsdown(build) {
  const { build: run } = await load(build, 'tsdown');
  await run({
    cwd: build.folder,
    config: false,
    entry: { app: build.input },
    outDir: build.to,
    format: 'esm',
    platform: 'node',
    noExternal: [/heddle/],
    dts: false,
    logLevel: 'error',
  });
}

async function ncc(build) {
  const script = createRequire(join(build.folder, 'package.json')).resolve('@vercel/ncc/dist/ncc/cli.js');
  const { code, output } = await runNode([script, 'build', build.input, '-o', build.to, '-q'], { cwd: build.folder, output: 'capture' });
  if (code !== 0) throw new Error(output);
  writeFileSync(join(build.to, 'app.mjs'), "import './index.js';\n");
}

async function bun(build, ...options) {
  const { program } = await installRuntime('bun');
  await succeeds(program, ['build', build.input, '--outfile', join(build.to, 'app.mjs'), ...options], build);
}

async function bunForBun(build) {
  await bun(build, '--target=bun');
  return { command: (await installRuntime('bun')).program, args: [join(build.to, 'app.mjs')] };
}

async function bunExecutable(build) {
  const { program } = await installRuntime('bun');
  const file = join(build.to, 'app');
  await succeeds(program, ['build', build.input, '--compile', '--outfile', file], build);
  return { command: file, args: [] };
}

/** Up to Node 25.5, postject puts the application into a copy of Node. */
async function injected(build, node) {
  const blob = join(build.to, 'app.blob');
  const config = await seaConfig(build, blob);
  await succeeds(node, ['--experimental-sea-config', config], build);
  const file = join(build.to, 'app');
  copyFileSync(node, file);
  const postject = join(build.folder, 'node_modules/postject/dist/cli.js'); // it prints warnings
  await succeeds(process.execPath, [postject, file, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', SEA_FUSE], build);
  return await alone(build);
}

function injectedInto(runtime) {
  return async (build) => await injected(build, (await installRuntime(runtime)).program);
}

async function singleExecutable(build) {
  const { program } = await installRuntime('node26');
  await succeeds(program, ['--build-sea', await seaConfig(build, join(build.to, 'app'))], build);
  return await alone(build);
}

async function seaConfig(build, output) {
  await esbuild(build, commonJs);
  const { heddleFiles } = await load(build, 'heddle/files');
  const assets = Object.fromEntries(heddleFiles().map((path) => [basename(path), path]));
  const file = join(build.to, 'sea-config.json');
  writeFileSync(file, JSON.stringify({ main: join(build.to, 'app.cjs'), output, disableExperimentalSEAWarning: true, assets }));
  return file;
}

/** The threads of the executable run from its assets; processes need files. */
async function alone(build) {
  const { heddleFiles } = await load(build, 'heddle/files');
  for (const path of heddleFiles().filter((each) => each.includes('heddle-processes-'))) copyFileSync(path, join(build.to, basename(path)));
  rmSync(join(build.to, 'app.cjs'));
  return { command: join(build.to, 'app'), args: [], hasFiles: true };
}

async function succeeds(command, args, { folder }) {
  const { code, output } = await run(command, args, { cwd: folder, output: 'capture' });
  if (code !== 0) throw new Error(`${basename(command)}: ${output}`);
}
