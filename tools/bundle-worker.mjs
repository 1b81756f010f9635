/**
 * Makes one file of what a worker runs: Node loads fifty small modules in as long as it starts a thread, and each pool
 * waits for it. What the worker loads later, when a task asks, stays outside.
 *
 * Runs in a package's folder, after `tsc -b`: dist/worker-entry.js and all it imports become dist/worker.mjs.
 */
import { build } from 'esbuild';

await build({
  entryPoints: ['dist/worker-entry.js'],
  outfile: 'dist/worker.mjs',
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
