/**
 * Files, exports and dependencies that nothing uses: knip's findings, one check each. Its settings are in knip.json.
 *
 * `node tools/unused.mjs [--counts FILE]`
 */
import { check } from './lib/counts.mjs';
import { runTool, wholeTreeStage } from './lib/node-tool.mjs';
import { TOOL } from './lib/paths.mjs';

await wholeTreeStage((counts) => {
  const { status, stdout, stderr } = runTool(TOOL.knip, '--no-progress', '--reporter', 'json');
  /** @type {{ issues: (Record<string, unknown> & { file: string })[] }} */
  const { issues } = status === 0 || status === 1 ? JSON.parse(stdout) : { issues: [{ file: 'knip', failed: [{ name: stderr }] }] };
  for (const { file, ...kinds } of issues) {
    for (const [kind, found] of Object.entries(kinds)) {
      if (Array.isArray(found)) for (const { name } of found) check(counts, `${file}: ${kind}`, `  nothing uses ${name}`);
    }
  }
  if (counts.failed === 0) check(counts, 'nothing is unused');
});
