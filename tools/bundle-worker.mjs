/**
 * Makes one file of what a worker runs: Node loads fifty small modules in as long as it starts a thread, and each pool
 * waits for it. What the worker loads later, when a task asks, stays outside.
 *
 * Runs in a package's folder, after `tsc -b`: each dist/NAME-entry.js with all it imports becomes dist/NAME.mjs.
 */
import { readdirSync } from 'node:fs';
import { build } from 'esbuild';

const suffix = '-entry.js';
const names = readdirSync('dist').filter((file) => file.endsWith(suffix)).map((file) => file.slice(0, -suffix.length));

await build({
  entryPoints: names.map((name) => ({ in: `dist/${name}${suffix}`, out: name })),
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.12',
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [
    {
      name: 'loaded later',
      setup(bundler) {
        bundler.onResolve({ filter: /^@heddle\/(serialization|futures)$/ }, ({ path }) => ({ path, external: true }));
      },
    },
  ],
});
