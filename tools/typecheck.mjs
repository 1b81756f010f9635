/**
 * TypeScript over all packages and examples with their tests, in one process. The packages have to be built.
 *
 * `node tools/typecheck.mjs [--counts FILE]`; a part of the tree: `npx tsc -b packages/engine`.
 */
import { check } from './lib/counts.mjs';
import { runTool, wholeTreeStage } from './lib/node-tool.mjs';
import { TOOL, workspaces } from './lib/paths.mjs';

await wholeTreeStage((counts) => {
  const folders = workspaces();
  const { status, stdout, stderr } = runTool(TOOL.tsc, '-b', '--pretty', 'false', ...folders);
  const lines = stdout.split('\n');
  for (const folder of folders) {
    const problems = lines.filter((line) => line.startsWith(`${folder}/`));
    check(counts, folder, problems.length > 0 ? problems.join('\n') : undefined);
  }
  if (status !== 0 && counts.failed === 0) check(counts, 'tsc', stdout + stderr);
});
