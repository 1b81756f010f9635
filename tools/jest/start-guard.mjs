/**
 * Keeps a test file without the tag `@workers` from starting a worker or a process: the functions that do so throw, and
 * the file fails even if the code under test catches that.
 *
 * Jest gives a test the exports that Node's modules have when the test first imports them, so they are exchanged before.
 */
import childProcess from 'node:child_process';
import workerThreads from 'node:worker_threads';

const STARTERS = ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'];

/**
 * @param {string} path - the test file
 * @returns {{ attempts: Error[], restore: () => void }} `attempts` grows with each start that was refused
 */
export function forbidStarts(path) {
  /** @type {Error[]} */
  const attempts = [];
  /** @param {string} what */
  const refuse = (what) => {
    const error = new Error(
      `${path} calls ${what}. A test file that starts workers, processes or compilers begins with the comment /** @workers */, ` +
        'which keeps it out of the fast tier.',
    );
    attempts.push(error);
    throw error;
  };
  const { Worker } = workerThreads;
  const originals = STARTERS.map((name) => [name, childProcess[name]]);
  workerThreads.Worker = class extends Worker {
    constructor() {
      refuse('new Worker()');
      super('', { eval: true }); // never reached
    }
  };
  for (const name of STARTERS) childProcess[name] = () => refuse(`${name}()`);
  return {
    attempts,
    restore() {
      workerThreads.Worker = Worker;
      for (const [name, original] of originals) childProcess[name] = original;
    },
  };
}
