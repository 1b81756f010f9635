/**
 * A short program on Bun and Deno, and one of futures and coroutines in Chromium, over the built packages: `node tools/runtimes.mjs [--runtime NAME,...] [--counts FILE]`.
 * `npm run test:matrix` runs the conformance suite on all runtimes.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { findBrowser, runInBrowser } from './lib/browser.mjs';
import { check, noCounts, summary, writeCounts } from './lib/counts.mjs';
import { ROOT } from './lib/paths.mjs';
import { describeEnding, run, takeGroupsAlong } from './lib/run.mjs';
import { installRuntime, runtimes } from './lib/runtimes.mjs';

const LIMIT_MS = 3 * 60_000;
const { values } = parseArgs({ options: { counts: { type: 'string' }, runtime: { type: 'string', default: 'bun,deno,chromium' } } });
takeGroupsAlong();

const counts = noCounts();
for (const name of values.runtime.split(',')) await (name === 'chromium' ? checkBrowser() : checkRuntime(name));
writeCounts(values.counts, counts);
console.log(summary(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;

async function checkBrowser() {
  const browser = await findBrowser();
  if (browser === undefined) {
    console.log('chromium: is not installed, so nothing ran in a browser; install chromium, or run this as root on Debian');
    return;
  }
  try {
    const steps = await runInBrowser(browser, join(ROOT, 'tools/browser/program.mjs'));
    for (const { step, problem } of steps) check(counts, `chromium, ${step}`, problem);
  } catch (error) {
    check(counts, 'chromium: runs the program', error.message);
  }
}

async function checkRuntime(name) {
  let found;
  try {
    found = await installRuntime(name);
  } catch (error) {
    check(counts, `${name}: is there`, error.message);
    return;
  }
  for (const executor of ['threads', runtimes[name].absent.includes('processes') ? 'refused' : 'processes']) {
    const args = [...found.args, join(ROOT, 'tools/matrix/smoke.mjs'), executor];
    const result = await run(found.program, args, { cwd: ROOT, limitMs: LIMIT_MS, output: 'capture' });
    const steps = result.stdout.split('\n').filter((line) => line.startsWith('{"step"'));
    for (const { step, problem } of steps.map((line) => JSON.parse(line))) check(counts, `${name}, ${executor}: ${step}`, problem);
    const ending = describeEnding(result, LIMIT_MS) || (steps.length === 0 ? 'did nothing' : '');
    if (ending !== '') check(counts, `${name}, ${executor}: it ends well`, `it ${ending}\n${result.output}`);
  }
}
