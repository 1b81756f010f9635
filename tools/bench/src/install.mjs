// Everything that must be there before the first measurement: the workspace's build and this package's own dependencies.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeEnding, runNpm, takeGroupsAlong } from '../../lib/run.mjs';
import { setUp, SetupError } from '../../setup.mjs';

const here = new URL('../', import.meta.url);
const stamp = new URL('node_modules/.installed', here);
const LIMIT_MS = 5 * 60_000;

/** Installs and builds the workspace, then installs the peers if the lock file is not what was installed last. */
export const install = async () => {
  const release = takeGroupsAlong();
  await setUp();
  await installPeers();
  release();
};

const installPeers = async () => {
  const lock = readFileSync(new URL('package-lock.json', here));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('Installing what is measured beside Heddle ...\n');
  const cwd = fileURLToPath(here);
  const args = ['ci', '--prefix', cwd, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = await runNpm(args, { cwd, limitMs: LIMIT_MS, output: 'capture' });
  const ending = describeEnding(result, LIMIT_MS);
  if (ending) throw new SetupError(`${result.output.trimEnd()}\n\nInstalling the benchmark's peers failed: it ${ending}.`);
  writeFileSync(stamp, wanted);
};
