/**
 * Every file is laid out as Prettier would: one check for each that is not. `npm run format` mends them.
 *
 * `node tools/format.mjs [--counts FILE]`
 */
import { check } from './lib/counts.mjs';
import { runTool, wholeTreeStage } from './lib/node-tool.mjs';
import { TOOL } from './lib/paths.mjs';

await wholeTreeStage((counts) => {
  const { status, stdout, stderr } = runTool(TOOL.prettier, '--list-different', '.');
  for (const file of stdout.split('\n').filter(Boolean)) check(counts, file, '  is not laid out as Prettier would; npm run format');
  if (status !== 0 && counts.failed === 0) check(counts, 'prettier', stderr);
  if (counts.failed === 0) check(counts, 'every file is laid out');
});
