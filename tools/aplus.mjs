/**
 * The public Promises/A+ suite against Heddle's Future.
 *
 * `node tools/aplus.mjs [--counts FILE]`
 */
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

import { check, noCounts, writeCounts } from './lib/counts.mjs';

const { values } = parseArgs({ options: { counts: { type: 'string' } } });
const { FutureController, InvalidStateError } = await import('@heddle/futures');
const runSuite = createRequire(import.meta.url)('promises-aplus-tests');

const adapter = {
  deferred() {
    const controller = new FutureController();
    const fulfil = (value) => unlessSettled(() => controller.setResult(value));
    const reject = (reason) => unlessSettled(() => controller.setException(reason));
    // A controller takes values only and refuses a thenable: whoever has one waits for it first.
    const resolve = (value) => (isThenable(value) ? void Promise.resolve(value).then(fulfil, reject) : fulfil(value));
    return { promise: controller.future, resolve, reject };
  },
};

/** The suite settles twice and asks that the first stands; Heddle's controller says besides that the second was wrong. */
function unlessSettled(settle) {
  try {
    settle();
  } catch (error) {
    if (!(error instanceof InvalidStateError)) throw error;
  }
}

function isThenable(value) {
  return value !== null && (typeof value === 'object' || typeof value === 'function') && 'then' in value;
}

const counts = noCounts();

const SHOWN = 5;

/** A Mocha reporter that counts and shows only what fails, and of that the first few: the suite has hundreds of tests. */
function reporter(runner) {
  runner.on('pass', () => counts.passed++);
  runner.on('pending', () => counts.skipped++);
  runner.on('fail', (test, error) => {
    if (counts.failed < SHOWN) check(counts, test.fullTitle(), error.stack ?? String(error));
    else counts.failed++;
  });
}

// The suite rejects promises that nobody awaits, or awaits late, on purpose.
for (const event of ['unhandledRejection', 'rejectionHandled']) process.on(event, () => undefined);

runSuite(adapter, { reporter, timeout: 1_000 }, (error) => {
  console.log(`Promises/A+: ${counts.passed} passed, ${counts.failed} failed`);
  writeCounts(values.counts, counts);
  process.exit(error === null && counts.failed === 0 ? 0 : 1);
});
