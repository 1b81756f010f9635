import type { Executor } from '@heddle/futures';
import { checkOptions, durationMs, ofType } from '@heddle/futures/authors';

/** What {@link runService} hands to its main function. Its functions need no `this`: take it apart as you like. */
export interface Service {
  /** Aborts when the service is to stop. Its reason is an AbortError whose `cause` is the signal's name, or what `main` threw. */
  readonly signal: AbortSignal;

  /** Resolves when the service is to stop: for a main function that has started everything, and only waits. */
  readonly untilStop: () => Promise<void>;

  /**
   * Puts an executor in the service's care: when the service stops, the running tasks' signals abort, what has not begun is
   * cancelled, and once `main` has ended the executor is shut down. The watchdog is fed only while it answers.
   *
   * @returns the same workers; tasks that are submitted through it are those that are told. One that was submitted to
   * `executor` itself learns nothing, and is waited for
   * @throws TypeError when it is no executor
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) after `main` has ended
   */
  readonly use: (executor: Executor) => Executor;

  /**
   * Tells the service manager that the service is up (systemd: `READY=1`); from now on the watchdog is fed. Further calls
   * only change the status text.
   *
   * @param status - as for {@link Service.status}
   * @returns resolves when it was told; need not be awaited, and never rejects
   * @throws TypeError when `status` is no string
   */
  readonly ready: (status?: string) => Promise<void>;

  /**
   * Tells the service manager what the service does: a line of text that `systemctl status` shows.
   *
   * @returns as {@link Service.ready}
   * @throws TypeError when `text` is no string
   */
  readonly status: (text: string) => Promise<void>;
}

/** Options of {@link runService}. */
export interface ServiceOptions {
  /**
   * How long a stop may take, in milliseconds from the signal on: what has not ended by then is ended by force. Below what the
   * service manager allows (systemd: `TimeoutStopSec`, 90 s; `docker stop`: 10 s), or it is faster. `Infinity`: no limit.
   * @defaultValue 10000
   */
  stopTimeoutMs?: number;

  /**
   * Called upon SIGHUP, and again when another came meanwhile. What it throws is reported, and the service goes on. Without it
   * SIGHUP does what it does by default: it ends the program.
   */
  onReload?: (service: Service) => unknown;

  /**
   * How long all workers of an executor may be busy without one task ending, in milliseconds, until the watchdog takes it for
   * stuck. A long task is no fault, and nothing tells it from an endless one: so by default there is no limit. Have it longer
   * than your longest task.
   * @defaultValue Infinity
   */
  busyTimeoutMs?: number;
}

/** How a service ended; see {@link runService}. */
export interface ServiceOutcome {
  /** 'returned': `main` did, by itself; 'stopped': upon a signal, in good order; 'failed': `main` threw. */
  readonly reason: 'returned' | 'stopped' | 'failed';
  /** The first signal that told the service to stop. */
  readonly signal?: NodeJS.Signals;
  /** What `main` threw. */
  readonly error?: unknown;
  /** 1 when it failed, else 0. */
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
