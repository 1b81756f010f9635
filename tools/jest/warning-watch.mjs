/**
 * Takes the process's warnings while a test file runs: nothing is printed, and those that no test has claimed fail the file.
 *
 * A test claims a warning by way of a helper (`warningsOf` of the testkit, `reported` of futures), which marks it. The mark is a property
 * under a registered symbol: the helpers and this file share no module.
 *
 * A file may leave garbage that warns when it is collected, while another file runs: what a file warns of after its end is dropped.
 */
const CLAIMED = Symbol.for('heddle.test.claimed');

/**
 * Of Jest itself: it runs ES modules by way of vm's modules, and warns of a test that goes on after its time limit, which is
 * then told where it fails.
 * @param {Error & { code?: string }} warning
 */
const isOfJest = ({ name, code = '' }) => name === 'ExperimentalWarning' || code.startsWith('JEST-');

/**
 * @param {NodeJS.Process} copy - the `process` that the test file sees
 * @returns {{ unclaimed: () => Promise<Error[]>, restore: () => void }}
 */
export function watchWarnings(copy) {
  let ended = false;
  const { emitWarning } = copy;
  copy.emitWarning = (...args) => void (ended || Reflect.apply(emitWarning, copy, args));
  const printers = process.listeners('warning');
  /** @type {(Error & { code?: string, detail?: string })[]} */
  const warnings = [];
  /** @param {Error} warning */
  const keep = (warning) => void (isOfJest(warning) || warnings.push(warning));
  process.removeAllListeners('warning');
  process.on('warning', keep);
  return {
    async unclaimed() {
      await new Promise(setImmediate); // `process.emitWarning` emits in the next tick
      return warnings.filter((warning) => !(CLAIMED in warning)).map(asFailure);
    },
    restore() {
      ended = true;
      process.removeAllListeners('warning');
      for (const printer of printers) process.on('warning', printer);
    },
  };
}

/** @param {Error & { code?: string, detail?: string }} warning */
function asFailure({ name, code, message, detail, stack }) {
  const error = new Error(`No test has claimed this warning: ${name} [${String(code)}]: ${message}\n${detail ?? ''}`);
  const frames = (stack ?? '').split('\n').filter((line) => line.startsWith('    at ') && !line.includes('warning-watch.mjs'));
  error.stack = [error.message, ...frames].join('\n');
  return error;
}
