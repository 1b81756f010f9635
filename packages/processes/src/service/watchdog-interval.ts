import { reportError, show } from '@heddle/futures/authors';

/**
 * How often the service manager's watchdog has to be fed, in milliseconds: twice in the time that WATCHDOG_USEC allows.
 *
 * @param env - the environment; WATCHDOG_PID names the process that is meant
 * @returns `undefined` when there is no watchdog, or it is not for this process. A malformed value is reported
 */
export function watchdogIntervalMs(env: NodeJS.ProcessEnv, pid: number): number | undefined {
  const { WATCHDOG_USEC: usec, WATCHDOG_PID: owner } = env;
  if (usec === undefined) return undefined;
  for (const [name, value] of [
    ['WATCHDOG_USEC', usec],
    ['WATCHDOG_PID', owner],
  ] as const) {
    if (value === undefined || (/^\d{1,15}$/.test(value) && Number(value) > 0)) continue;
    reportError(
      `${name} is ${show(value)}, which is no number above 0: the watchdog is not fed`,
      'HEDDLE_NOTIFY_FAILED',
      'systemd sets it from WatchdogSec=',
    );
    return undefined;
  }
  return owner === undefined || Number(owner) === pid ? Number(usec) / 2000 : undefined;
}
