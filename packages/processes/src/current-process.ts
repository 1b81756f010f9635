import { InvalidStateError } from '@heddle/futures';
import { processContext } from './process-context.js';

/** The process in which the code runs. */
export interface CurrentProcess {
  /** The name of the Process that runs here; `MainProcess` in the main program. */
  readonly name: string;
  readonly pid: number;
  readonly daemon: boolean;
  /** The pid of the process that started this one as a Process; `undefined` in the main program. */
  readonly parentPid: number | undefined;
  readonly exitCode: undefined;
  isAlive(): true;
  /** @throws (as a rejection) InvalidStateError: a process can't wait for its own end */
  join(timeoutMs?: number): Promise<never>;
}

let current: CurrentProcess | undefined;

/**
 * Returns the process in which it is called, as `multiprocessing.current_process()`.
 *
 * @example
 * ```ts
 * import { currentProcess } from '@heddle/processes';
 *
 * console.log(currentProcess().name); // MainProcess
 * ```
 */
export function currentProcess(): CurrentProcess {
  const { identity } = processContext;
  return (current ??= Object.freeze({
    name: identity?.name ?? 'MainProcess',
    pid: process.pid,
    daemon: identity?.daemon ?? false,
    parentPid: identity?.parentPid,
    exitCode: undefined,
    isAlive: () => true as const,
    join: async () => Promise.reject(new InvalidStateError('cannot join the current process: it would wait for its own end')),
  }));
}
