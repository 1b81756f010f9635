import { spawn } from 'node:child_process';

const POSIX = process.platform !== 'win32';
const GRACE_MS = 5_000;
const CLOSE_MS = 2_000;

/** The leaders of process groups that are running now. */
const running = new Set();

/**
 * Runs a command in a process group of its own, without standard input, and ends with nothing of that group left:
 * past `limitMs` the group gets SIGTERM and five seconds later SIGKILL; what a command leaves behind is killed too.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {Record<string, string>} [options.env] added to this process's own
 * @param {number} [options.limitMs] no limit by default
 * @param {AbortSignal} [options.signal] stops the command, as the limit does
 * @param {'inherit' | 'capture'} [options.output] 'capture' collects standard output into `stdout`, and with standard error into `output`
 * @returns {Promise<{ code: number | null, signal: string | null, ending: 'exited' | 'timed out' | 'not started', output: string, stdout: string }>}
 */
export function run(command, args, { cwd, env = {}, limitMs, signal: stopSignal, output = 'inherit' } = {}) {
  return new Promise((resolve) => {
    const stdio = output === 'inherit' ? 'inherit' : 'pipe';
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', stdio, stdio],
      detached: POSIX,
      windowsHide: true,
    });
    let ending = 'exited';
    let all = '';
    let stdout = '';
    let grace;
    let closing;
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      all += chunk;
      stdout += chunk;
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk) => {
      all += chunk;
    });
    running.add(child);

    const stop = () => {
      signalGroup(child, 'SIGTERM');
      grace = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
    };
    const limit =
      limitMs &&
      setTimeout(() => {
        ending = 'timed out';
        stop();
      }, limitMs);
    stopSignal?.addEventListener('abort', stop, { once: true });

    const settle = (result) => {
      for (const timer of [limit, grace, closing]) clearTimeout(timer);
      running.delete(child);
      resolve({ ...result, ending, output: all, stdout });
    };
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      ending = 'not started';
      all += `${error.message}\n`;
      settle({ code: null, signal: null });
    });
    // Whoever of the group is left keeps the pipes open: 'close' comes once they are gone. What left the group is not waited for.
    child.once('exit', (code, signal) => {
      signalGroup(child, 'SIGKILL');
      closing = setTimeout(() => settle({ code, signal }), CLOSE_MS);
    });
    child.once('close', (code, signal) => settle({ code, signal }));
  });
}

/** Runs one of this repository's own scripts or tools with this Node. */
export function runNode(args, options) {
  return run(process.execPath, args, options);
}

/** Runs the npm that started this process, or else the one on the PATH. */
export function runNpm(args, options) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) return runNode([script, ...args], options);
  return POSIX ? run('npm', args, options) : run('cmd', ['/c', 'npm', ...args], options);
}

/** @returns {string} how it ended, to stand after "it"; '' when it went well */
export function describeEnding({ code, signal, ending }, limitMs) {
  if (ending === 'timed out') return `took longer than ${limitMs / 1000} s and was stopped`;
  if (ending === 'not started') return 'could not be started';
  if (signal) return `was ended by ${signal}`;
  return code === 0 ? '' : `ended with exit code ${code}`;
}

function signalGroup(child, signal) {
  try {
    if (POSIX) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // Nobody is left.
  }
}

/**
 * From here on a Ctrl-C or SIGTERM takes the running groups along.
 *
 * @returns {() => void} gives the signals back to whoever comes next
 */
export function takeGroupsAlong() {
  const handlers = Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }).map(([signal, code]) => {
    const handler = () => {
      for (const child of running) signalGroup(child, 'SIGTERM');
      process.exit(code);
    };
    process.once(signal, handler);
    return [signal, handler];
  });
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
