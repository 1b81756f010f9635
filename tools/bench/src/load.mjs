// Keeps every core busy while a measurement runs.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const spinner = fileURLToPath(new URL('./spinner.mjs', import.meta.url));

/**
 * Runs `action` beside one spinning process a core. The spinners are ended by their ids, and end by themselves
 * after `atMostMs` should this process not live to do so.
 * @template T
 * @param {number} atMostMs
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export const underLoad = async (atMostMs, action) => {
  const spinners = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, [spinner, String(atMostMs)], { stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  try {
    await Promise.all(spinners.map((child) => new Promise((resolve, reject) => child.once('error', reject).stdout.once('data', resolve))));
    return await action();
  } finally {
    for (const child of spinners) child.kill('SIGKILL');
  }
};
