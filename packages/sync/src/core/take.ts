/** The three ways to take something: at once or not at all, awaiting it, blocking for it. */
import { checkLimits, checkTimeout, type WaitLimits } from '../wait-limits.js';
import { awaitTurn } from './await-turn.js';
import { blockForTurn } from './block-for-turn.js';
import type { Monitor } from './monitor.js';
import type { Ending, Waiter } from './waiter.js';

/** Takes it if that is possible now, and says whether. Inside. */
export type Take = (monitor: Monitor) => boolean;

export function tryTake(monitor: Monitor, take: Take): boolean {
  monitor.enter();
  const isTaken = take(monitor);
  monitor.leave();
  return isTaken;
}

/** @param line - where to wait. @returns whether it was taken, within the time limit */
export async function takeAwaiting(monitor: Monitor, take: Take, line: number, method: string, limits: WaitLimits | undefined): Promise<boolean> {
  checkLimits(method, limits);
  monitor.enter();
  const isTaken = take(monitor);
  if (isTaken || limits?.timeoutMs === 0) {
    monitor.leave();
    return isTaken;
  }
  const waiter = monitor.enqueue(line);
  monitor.leave();
  return isGranted(monitor, await awaitTurn(monitor, waiter, method, limits));
}

/** @param line - where to wait. @returns whether it was taken, within the time limit */
export function takeBlocking(monitor: Monitor, take: Take, line: number, method: string, timeoutMs: number | undefined): boolean {
  checkTimeout(method, timeoutMs);
  monitor.enter();
  const isTaken = take(monitor);
  if (isTaken || timeoutMs === 0) {
    monitor.leave();
    return isTaken;
  }
  return isGranted(monitor, blockForTurn(monitor, enqueueBlocking(monitor, line, method, timeoutMs), method, timeoutMs));
}

/** Waits from now on, and leaves. @throws InvalidStateError when blocking could never end */
export function enqueueBlocking(monitor: Monitor, line: number, method: string, timeoutMs: number | undefined): Waiter {
  try {
    monitor.checkBlocking(method, line, timeoutMs);
    return monitor.enqueue(line);
  } finally {
    monitor.leave();
  }
}

function isGranted(monitor: Monitor, ending: Ending): boolean {
  if (ending === 'flushed') throw monitor.abandoned();
  return ending === 'granted';
}
