import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a program ended, and what it printed. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs. */
export interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
  /** Resolves when it has printed a line: true; when it ends before: false. */
  line(text: string): Promise<boolean>;
}

/** A program that takes longer hangs. */
const limitMs = 50_000;

/**
 * Runs a program of its own with Node.
 *
 * @param module - the program
 * @param args - its arguments
 * @param flags - Node's options
 * @param env - variables beside those of this process
 */
export function startProgram(module: URL, args: readonly string[], flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Program {
  const inherited: NodeJS.ProcessEnv = { ...process.env, FORCE_COLOR: '0', ...env };
  delete inherited['NODE_OPTIONS'];
  const child = spawn(process.execPath, [...flags, fileURLToPath(module), ...args], {
    env: inherited,
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ending>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
  const line = (text: string): Promise<boolean> => {
    const printed = new Promise<boolean>((resolve) => {
      const look = (): void => {
        if (stdout.split('\n').includes(text)) resolve(true);
      };
      listeners.add(look);
      look();
    });
    return Promise.race([printed, ended.then(() => false)]);
  };
  return { child, ended, line };
}
