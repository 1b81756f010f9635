/**
 * Makes few files of a package of many: Node opens all modules of a program at about the same time, and one that may have
 * few files open (`ulimit -n 64`) could not load them; fewer are loaded sooner, too.
 *
 * Runs in a package's folder, after `tsc -b`: each file of `exports` that is to be in dist/bundle is made there of the same
 * file in dist; what two of them have in common, they share. The types stay where they are.
 */
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const folder = 'dist/bundle';
const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const entryPoints = Object.values(exports)
  .map((entry) => entry.default ?? '')
  .filter((file) => file.startsWith(`./${folder}/`))
  .map((file) => file.replace(folder, 'dist'));

rmSync(folder, { recursive: true, force: true });
await build({
  entryPoints,
  outdir: folder,
  outbase: 'dist',
  bundle: true,
  splitting: true,
  packages: 'external',
  ignoreAnnotations: true, // a module that is imported for what it does stays
  platform: 'node',
  format: 'esm',
  target: 'node20.12',
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
});
