import type { Executor } from '@heddle/futures';
import { checkOptions, durationMs, ofType } from '@heddle/futures/authors';

/** The argument of {@link runService}'s main function. Its functions need no `this`, so you may destructure it. */
export interface Service {
  /** Aborts when the service has to stop. Its reason is an AbortError whose `cause` is the signal's name, or the error of `main`. */
  readonly signal: AbortSignal;

  /** Resolves when the service has to stop. For a main function that has started everything, and only waits. */
  readonly untilStop: () => Promise<void>;

  /**
   * Puts an executor in the service's care. When the service stops, the signals of running tasks abort and pending tasks are cancelled. The
   * executor is shut down once `main` has ended. The watchdog is fed only while the executor answers.
   *
   * @returns an executor with the same workers. Only tasks that are submitted through it are aborted and cancelled. The service just waits
   *   for tasks that were submitted to `executor` itself
   * @throws TypeError when it is no executor
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) after `main` has ended
   */
  readonly use: (executor: Executor) => Executor;

  /**
   * Reports to the service manager that the service is up (systemd: `READY=1`). From now on the watchdog is fed. Further calls only change
   * the status text.
   *
   * @param status - as for {@link Service.status}
   * @returns resolves when it was sent; you need not await it, and it never rejects
   * @throws TypeError when `status` is no string
   */
  readonly ready: (status?: string) => Promise<void>;

  /**
   * Reports to the service manager what the service does: a line of text that `systemctl status` shows.
   *
   * @returns as {@link Service.ready}
   * @throws TypeError when `text` is no string
   */
  readonly status: (text: string) => Promise<void>;
}

/** Options of {@link runService}. */
export interface ServiceOptions {
  /**
   * How long a stop may take, in milliseconds from the signal on. Everything that is left then is ended by force. Choose less than the
   * service manager allows (systemd: `TimeoutStopSec`, 90 s; `docker stop`: 10 s), or the manager is faster. `Infinity`: no limit.
   * @defaultValue 10000
   */
  stopTimeoutMs?: number;

  /**
   * Called upon SIGHUP, and once more if others came meanwhile. Its errors are reported, and the service goes on. Without it SIGHUP does
   * what it does by default: it ends the program.
   */
  onReload?: (service: Service) => unknown;

  /**
   * How long all workers of an executor may be busy without one task ending, in milliseconds. After that the watchdog takes the executor
   * for stuck. There is no limit by default, since nothing tells a long task from an endless one. Choose more than your longest task takes.
   * @defaultValue Infinity
   */
  busyTimeoutMs?: number;
}

/** How a service ended; see {@link runService}. */
export interface ServiceOutcome {
  /** 'returned': `main` returned without a signal; 'stopped': the service stopped upon a signal, in good order; 'failed': `main` threw. */
  readonly reason: 'returned' | 'stopped' | 'failed';
  /** The first signal that told the service to stop. */
  readonly signal?: NodeJS.Signals;
  /** The error that `main` threw. */
  readonly error?: unknown;
  /** 1 when the service failed, else 0. */
  readonly exitCode: number;
}

const checks = { stopTimeoutMs: durationMs, onReload: ofType('function'), busyTimeoutMs: durationMs };

/** @throws TypeError, RangeError naming the option */
export function resolveServiceOptions(
  options: ServiceOptions | undefined,
): Required<Omit<ServiceOptions, 'onReload'>> & Pick<ServiceOptions, 'onReload'> {
  checkOptions('runService', options, checks);
  const { stopTimeoutMs = 10_000, busyTimeoutMs = Infinity, onReload } = options ?? {};
  return { stopTimeoutMs, busyTimeoutMs, ...(onReload === undefined ? {} : { onReload }) };
}
