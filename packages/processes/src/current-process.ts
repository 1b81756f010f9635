import { InvalidStateError } from '@heddle/futures';
import { processContext } from './process-context.js';

/** The process that asks. */
export interface CurrentProcess {
  /** `MainProcess`, or what the Process that runs here is called. */
  readonly name: string;
  readonly pid: number;
  readonly daemon: boolean;
  /** Of the process that started this one as a Process; `undefined` in the main program. */
  readonly parentPid: number | undefined;
  readonly exitCode: undefined;
  isAlive(): true;
  /** @throws (as a rejection) InvalidStateError: nobody can wait for his own end */
  join(timeoutMs?: number): Promise<never>;
}

let current: CurrentProcess | undefined;

/**
 * The process this is called in, as `multiprocessing.current_process()`.
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
