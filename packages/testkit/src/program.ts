import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The exit of a program, and its output. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running program. */
export interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
  /** Resolves to true when the program has printed this line, and to false when it ends before. */
  line(text: string): Promise<boolean>;
}

/** A program that takes longer, in milliseconds, counts as hanging. */
const limitMs = 50_000;

/**
 * Starts a program with Node, in a process of its own.
 *
 * @param module - the program's module
 * @param args - its arguments
 * @param flags - Node's options
 * @param env - environment variables in addition to those of this process
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
