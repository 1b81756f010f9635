/**
 * ESLint over the whole tree, in one process: what the rules ask TypeScript is most of the work, and is then done once.
 *
 * `node tools/lint.mjs [--counts FILE]`; a part of the tree: `npx eslint packages/engine`.
 */
import { createProjectGraphAsync } from '@nx/devkit';
import { ESLint } from 'eslint';

import { check } from './lib/counts.mjs';
import { wholeTreeStage } from './lib/node-tool.mjs';
import { ROOT } from './lib/paths.mjs';

// @nx/enforce-module-boundaries reads the graph that this leaves in Nx's cache; without it the rule checks nothing.
await createProjectGraphAsync();
const eslint = new ESLint({ cwd: ROOT });
const results = await eslint.lintFiles(['packages', 'examples', 'tools', '*.mjs']);
const formatter = await eslint.loadFormatter('stylish');

await wholeTreeStage(async (counts) => {
  for (const result of results) {
    if (result.errorCount + result.warningCount === 0) counts.passed += 1;
    else check(counts, result.filePath.slice(ROOT.length), await formatter.format([result]));
  }
});
