/**
 * The API site builds without a warning: no broken link, no name that a comment gets wrong.
 *
 * `node tools/typedoc.mjs [--counts FILE]`; `npm run docs` writes the site into docs/api.
 */
import { check } from './lib/counts.mjs';
import { runTool, wholeTreeStage } from './lib/node-tool.mjs';
import { TOOL } from './lib/paths.mjs';

await wholeTreeStage((counts) => {
  const { status, stdout, stderr } = runTool(TOOL.typedoc, '--emit', 'none', '--treatWarningsAsErrors');
  check(counts, 'the API site builds without a warning', status === 0 ? undefined : `${stdout}${stderr}`);
});
