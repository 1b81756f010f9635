import { PoolExecutor, workerPoolOptionChecks, resolveWorkerPoolOptions, type WorkerPoolOptions } from '@heddle/engine';
import { BrokenProcessPool } from '@heddle/futures';
import { arrayValue, durationMs, environment, integerFrom, ofType, oneOf, show, type OptionCheck } from '@heddle/futures/authors';
import { inheritedArgv } from './inherited-argv.js';
import { processChannels } from './process-channel.js';
import { checkProgram } from './program-loop.js';

/** Options of {@link ProcessPoolExecutor}. */
export interface ProcessPoolExecutorOptions extends WorkerPoolOptions {
  /** The names of workers are `prefix_0`, `prefix_1`, ... @defaultValue `ProcessPoolExecutor-N` */
  processNamePrefix?: string;
  /**
   * The path of the Node program. In a single executable application and in Electron you have to give it, since there this process's own
   * program is the application.
   * @defaultValue that of this process
   */
  execPath?: string;
  /** Node options of the workers. @defaultValue those of this process, without the inspector's */
  execArgv?: readonly string[];
  /** The working directory of the workers. @defaultValue that of this process */
  cwd?: string;
  /** The environment of the workers. @defaultValue that of this process */
  env?: NodeJS.ProcessEnv;
  /** Resident memory, in bytes: a worker that uses more is replaced, between two tasks. @defaultValue no limit */
  maxMemory?: number;
  /**
   * Which modules a value from a worker may load in this process, when the value names one (the class of an instance, a function by
   * reference). 'known': only modules that this program has registered, sent or allowed (`allowModule`). A task that an attacker has taken
   * over could otherwise name a module of its own.
   * @defaultValue 'known'
   */
  resultModules?: 'known' | 'any';
  /** True puts the worker's name before each line that a worker prints. @defaultValue false */
  prefixOutput?: boolean;
}

const environmentOfStrings: OptionCheck = (value, label) => {
  ofType('object')(value, label);
  for (const [key, text] of Object.entries(value as Record<string, unknown>)) {
    if (text !== undefined && typeof text !== 'string') throw new TypeError(`${label}.${key} must be a string, got ${show(text)}`);
  }
};

/** The checks of ProcessPoolExecutorOptions. */
export const processPoolChecks: Readonly<Record<string, OptionCheck>> = {
  ...workerPoolOptionChecks,
  processNamePrefix: ofType('string'),
  execPath: ofType('string'),
  execArgv: (value, label) => {
    arrayValue(value, label);
    (value as unknown[]).forEach((each, i) => {
      ofType('string')(each, `${label}[${String(i)}]`);
    });
  },
  cwd: ofType('string'),
  env: environmentOfStrings,
  maxMemory: integerFrom(1),
  resultModules: oneOf('known', 'any'),
  prefixOutput: ofType('boolean'),
};

let executors = 0;

/**
 * Runs functions on a pool of child processes, as `concurrent.futures.ProcessPoolExecutor` does. Processes share no memory, so a task that
 * crashes Node itself ends only its own worker. Everything else is as with `ThreadPoolExecutor`, except that values which only threads can
 * share (SharedArrayBuffers, ports, Blobs) are refused, with their path.
 *
 * A worker that dies is replaced. The tasks that it had begun fail with WorkerDiedError, which has its exit code or signal. Unlike
 * CPython's, this executor breaks only when workers die again and again (`deathLimit`).
 *
 * @throws TypeError, RangeError naming the option
 * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when its workers would run this program again: in a single executable application and
 *   in Electron without `execPath`, and in a process that was started as a worker and does not run as one; on Bun
 * @example
 * ```ts
 * import { ProcessPoolExecutor } from '@heddle/processes';
 *
 * await using pool = new ProcessPoolExecutor({ maxWorkers: 2 });
 * const future = pool.submit((n: number) => n ** 2, 7);
 * console.log(await future); // 49
 * ```
 */
export class ProcessPoolExecutor extends PoolExecutor {
  constructor(options?: ProcessPoolExecutorOptions) {
    const resolved = resolveWorkerPoolOptions('ProcessPoolExecutor', options, processPoolChecks);
    const env = { ...(options?.env ?? process.env) };
    if (environment('HEDDLE_EXECUTOR') !== 'inline') checkProgram('ProcessPoolExecutor', options?.execPath, env);
    super(
      {
        name: 'ProcessPoolExecutor',
        workerNamePrefix: options?.processNamePrefix ?? `ProcessPoolExecutor-${String(executors++)}`,
        Broken: BrokenProcessPool,
        destination: 'process',
        trust: options?.resultModules === 'any' ? 'code' : 'known code',
        ...processChannels({
          execPath: options?.execPath ?? process.execPath,
          execArgv: options?.execArgv === undefined ? inheritedArgv() : [...options.execArgv],
          cwd: options?.cwd,
          env,
          maxMemory: options?.maxMemory,
          prefixOutput: options?.prefixOutput ?? false,
        }),
      },
      resolved,
    );
  }

  /**
   * Ends all workers now, with SIGTERM, and accepts no more tasks (CPython 3.14's `terminate_workers`). Tasks that run fail with
   * WorkerDiedError, tasks that wait fail with BrokenProcessPool.
   *
   * @returns resolves when all workers have ended; a worker that ignores the signal is killed after `graceMs` milliseconds, 5000 by default
   * @throws RangeError when `graceMs` is negative or no number
   * @example
   * ```ts
   * import { ProcessPoolExecutor } from '@heddle/processes';
   *
   * const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
   * const endless = pool.submit(() => { for (;;); });
   * await pool.terminateWorkers();
   * console.log(((await endless.exception()) as Error).name); // BrokenProcessPool, or WorkerDiedError if it had begun
   * ```
   */
  async terminateWorkers({ graceMs = 5000 }: { graceMs?: number } = {}): Promise<void> {
    durationMs(graceMs, 'terminateWorkers: graceMs');
    await this.endWorkers('SIGTERM', 'terminateWorkers', graceMs);
  }
}
