import { isMainThread } from 'node:worker_threads';
import { InvalidStateError } from '@heddle/futures';
import { show } from '@heddle/futures/authors';
import { ServiceRun } from './service-run.js';
import { resolveServiceOptions, type Service, type ServiceOptions, type ServiceOutcome } from './service.js';

let isRunning = false;

/**
 * Runs a long-lived program in the way that a service manager (systemd, Docker, a shell) expects. `main` works until it is told to stop,
 * and the executors in the service's care stop with it.
 *
 * | | |
 * | --- | --- |
 * | SIGTERM, SIGINT | a graceful stop: `signal` aborts, the signals of running tasks abort, pending tasks are cancelled; `main` should return; the executors are shut down |
 * | `stopTimeoutMs` later, or a second signal | everything that is left is ended by force: exit code 128 + the signal's number |
 * | SIGHUP | `onReload`, if there is one |
 * | `main` returns | executors finish the work that they have accepted, and the service ends; exit code 0 |
 * | `main` throws | the error is reported, and everything is stopped as by SIGTERM; exit code 1 |
 *
 * With NOTIFY_SOCKET in the environment (systemd, `Type=notify`) the service manager receives READY=1, STOPPING=1, RELOADING=1 and STATUS.
 * With WATCHDOG_USEC it also receives WATCHDOG=1 twice in that time, as long as the event loop and the executors answer. The messages go
 * through the npm package `node-unix-socket` if it is installed, else through the program `systemd-notify`.
 *
 * The handlers of signals exist only while the service runs. `runService` waits for `main`, not for the end of the program: anything else
 * that keeps the program alive still does so. Python has no such function; its programs use `signal.signal`, daemon threads and a main
 * thread that waits.
 *
 * @param main - the work of the service; the service ends when it returns
 * @returns how the service ended; a failure is an outcome as well. `process.exitCode` is set to 1 when it failed, and left alone otherwise
 * @throws TypeError, RangeError for a wrong argument or option
 * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) while another service runs, or in a worker thread, where no signals arrive
 * @example
 * ```ts
 * import { ProcessPoolExecutor, runService } from '@heddle/processes';
 *
 * await runService(async ({ use, ready, untilStop }) => {
 *   const pool = use(new ProcessPoolExecutor());
 *   const timer = setInterval(() => void pool.submit(() => 'one more'), 1000);
 *   await ready();
 *   await untilStop();
 *   clearInterval(timer);
 * });
 * ```
 */
export async function runService(main: (service: Service) => unknown, options?: ServiceOptions): Promise<ServiceOutcome> {
  if (typeof main !== 'function') throw new TypeError(`runService: main must be a function, got ${show(main)}`);
  const resolved = resolveServiceOptions(options);
  if (!isMainThread) {
    throw new InvalidStateError('runService: signals reach the main thread only; call it there, and let threads do the work');
  }
  if (isRunning) throw new InvalidStateError('runService: a service runs in this program already; await it before another one');
  isRunning = true;
  try {
    return await new ServiceRun(resolved).run(main);
  } finally {
    isRunning = false;
  }
}
