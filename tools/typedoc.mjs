/**
 * The API site builds without a warning: no broken link, no name that a comment gets wrong.
 *
 * `node tools/typedoc.mjs [--counts FILE]`; `npm run docs` writes the site into docs/api.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

import { check, noCounts, writeCounts } from './lib/counts.mjs';
import { ROOT, TOOL } from './lib/paths.mjs';

const { values } = parseArgs({ options: { counts: { type: 'string' } } });

const { status, stdout, stderr } = spawnSync(process.execPath, [TOOL.typedoc, '--emit', 'none', '--treatWarningsAsErrors'], {
  cwd: ROOT,
  encoding: 'utf8',
});

const counts = noCounts();
check(counts, 'the API site builds without a warning', status === 0 ? undefined : `${stdout}${stderr}`);
writeCounts(values.counts, counts);
process.exitCode = counts.failed === 0 ? 0 : 1;
