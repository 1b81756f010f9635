// Runs one measurement in a process of its own, ends it when it takes too long, and says how it went.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** @import { ChildProcess } from 'node:child_process' */
/** @import { Outcome } from '../types.d.ts' */

/** @type {Set<ChildProcess>} */
const running = new Set();

/** Node's exit code when nothing is left to wait for but the program still awaits. */
const UNSETTLED = 13;

/**
 * What would change the figures of some and not of others. Extra certificates take a Node process as long to read as all the
 * rest of its start, but not for a library that keeps the environment from its workers.
 */
const UNSET = { NODE_OPTIONS: '', NODE_EXTRA_CA_CERTS: '', HEDDLE_EXECUTOR: '' };

/** A child leads a process group where there are such, so that its own children end with it. */
const GROUPS = process.platform !== 'win32';

/**
 * @param {object} job
 * @param {string} job.file the program
 * @param {readonly string[]} job.args
 * @param {Readonly<Record<string, string>>} [job.env] on top of this process's own
 * @param {number} job.limitMs after this it counts as hung
 * @param {boolean} job.onStdout the outcome comes on standard output instead of file descriptor 3
 * @returns {Promise<Outcome>}
 */
export const runChild = async ({ file, args, env, limitMs, onStdout }) => {
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: GROUPS,
    env: { ...process.env, ...UNSET, ...env },
  });
  running.add(child);
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    end(child);
  }, limitMs);
  const outputs = Promise.all(child.stdio.slice(1).map((stream) => text(/** @type {any} */ (stream)).catch(() => '')));
  try {
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
    // Whoever it left behind would hold the pipes open, and disturb those who come next.
    end(child);
    if (hung) return { status: 'hung', reason: `no result after ${(limitMs / 1000).toFixed(1)} s` };
    if (code === UNSETTLED) return { status: 'hung', reason: 'a promise never settled' };
    const [out = '', err = '', answer = ''] = await outputs;
    return parsed(onStdout ? out : answer) ?? { status: 'failed', reason: lastLine(err) || `exit code ${code}` };
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    return code === 'ENOENT' ? { status: 'absent', reason: 'not found' } : { status: 'failed', reason: message };
  } finally {
    clearTimeout(timer);
    running.delete(child);
  }
};

/** Ends what still runs: for an interrupted benchmark. */
export const endAll = () => {
  for (const child of running) end(child);
};

/** @param {ChildProcess} child */
const end = (child) => {
  try {
    if (GROUPS && child.pid) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // Nobody is left.
  }
};

/**
 * @param {string} answer
 * @returns {Outcome | undefined}
 */
const parsed = (answer) => {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
};

/** @param {string} lines */
const lastLine = (lines) => lines.trim().split('\n').at(-1) ?? '';
