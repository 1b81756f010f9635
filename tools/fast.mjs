/**
 * `npm run fast [-- JEST'S ARGUMENTS]`: the unit tests that start no worker, process or compiler, in under a minute. What belongs to
 * them the files say themselves: see jest/tags.mjs.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { JEST } from './lib/jest.mjs';
import { ROOT } from './lib/paths.mjs';

const filter = join(ROOT, 'tools/jest/fast-tier.cjs'); // absolute: Jest would look for it in each project
const { status } = spawnSync(process.execPath, [...JEST, `--filter=${filter}`, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
