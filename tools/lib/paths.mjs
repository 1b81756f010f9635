import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The folders of all workspaces, relative to the root: `packages/futures`, `examples/01-fingerprint`, ... */
export function workspaces() {
  return ['packages', 'examples'].flatMap((parent) =>
    readdirSync(join(ROOT, parent))
      .sort()
      .map((name) => `${parent}/${name}`)
      .filter((folder) => existsSync(join(ROOT, folder, 'package.json'))),
  );
}

/** Within the checkout: by itself Nx shares one cache among all checkouts of a user. */
export const NX_CACHE = join(ROOT, '.nx/cache');

/** A tool's main script within node_modules, to be run with Node itself: faster than npx, and the same everywhere. */
export const TOOL = {
  nx: join(ROOT, 'node_modules/nx/dist/bin/nx.js'),
  jest: join(ROOT, 'node_modules/jest/bin/jest.js'),
  tsc: join(ROOT, 'node_modules/typescript/bin/tsc'),
  attw: join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js'),
  typedoc: join(ROOT, 'node_modules/typedoc/bin/typedoc'),
  knip: join(ROOT, 'node_modules/knip/bin/knip.js'),
  prettier: join(ROOT, 'node_modules/prettier/bin/prettier.cjs'),
  publint: join(ROOT, 'node_modules/publint/src/cli.js'),
};
