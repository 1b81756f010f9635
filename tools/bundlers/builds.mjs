/**
 * How each bundler puts app.js and Heddle into one file. A build works in a folder where Heddle's tarballs and the bundler are installed;
 * it leaves `to`/app.mjs or `to`/app.cjs.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { runNode } from '../lib/run.mjs';

/** @typedef {{ folder: string, input: string, to: string }} Build where it works, what it bundles, where to */

/** @type {Record<string, { packages: string[], build: (build: Build) => Promise<void> }>} */
export const bundlers = {
  esbuild: { packages: ['esbuild'], build: (build) => esbuild(build, { format: 'esm', outExtension: { '.js': '.mjs' } }) },
  'esbuild, minified': {
    packages: ['esbuild'],
    build: (build) => esbuild(build, { format: 'esm', minify: true, outExtension: { '.js': '.mjs' } }),
  },
  'esbuild, CommonJS': { packages: ['esbuild'], build: (build) => esbuild(build, commonJs) },
  'esbuild, CommonJS, minified': { packages: ['esbuild'], build: (build) => esbuild(build, { ...commonJs, minify: true }) },
  Rollup: { packages: ['rollup', '@rollup/plugin-node-resolve', '@rollup/plugin-commonjs'], build: rollup },
  webpack: { packages: ['webpack'], build: webpack },
  'Vite, SSR': { packages: ['vite'], build: (build) => vite(build, { ssr: true }) },
  'Vite, library': { packages: ['vite'], build: (build) => vite(build, { lib: { entry: build.input, formats: ['es'] } }) },
  tsdown: { packages: ['tsdown'], build: tsdown },
  ncc: { packages: ['@vercel/ncc'], build: ncc },
};

const commonJs = {
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  logOverride: { 'empty-import-meta': 'silent' }, // Heddle does without it
};

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
