/**
 * Files, exports and dependencies that nothing uses: knip's findings, one check each. Its settings are in knip.json.
 *
 * `node tools/unused.mjs [--counts FILE]`
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { check, noCounts, writeCounts } from './lib/counts.mjs';
import { ROOT } from './lib/paths.mjs';

const { values } = parseArgs({ options: { counts: { type: 'string' } } });

const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [join(ROOT, 'node_modules/knip/bin/knip.js'), '--no-progress', '--reporter', 'json'],
  {
    cwd: ROOT,
    encoding: 'utf8',
  },
);

const counts = noCounts();
/** @type {{ issues: (Record<string, unknown> & { file: string })[] }} */
const { issues } = status === 0 || status === 1 ? JSON.parse(stdout) : { issues: [{ file: 'knip', failed: [{ name: stderr }] }] };
for (const { file, ...kinds } of issues) {
  for (const [kind, found] of Object.entries(kinds)) {
    if (Array.isArray(found)) for (const { name } of found) check(counts, `${file}: ${kind}`, `  nothing uses ${name}`);
  }
}
if (counts.failed === 0) check(counts, 'nothing is unused');
writeCounts(values.counts, counts);
process.exitCode = counts.failed === 0 ? 0 : 1;
