/** The three ways to take something: at once or not at all, awaiting it, and blocking for it. */
import type { StopSignals } from '@heddle/futures/authors';
import { checkLimits, checkTimeout, type WaitLimits } from '../wait-limits.js';
import { awaitTurn } from './await-turn.js';
import { blockForTurn } from './block-for-turn.js';
import { checkBlocking } from './check-blocking.js';
import type { Monitor } from './monitor.js';
import type { Ending, Waiter } from './waiter.js';
import { watchFor, watchMs } from './watch-for.js';

/** Something that can be taken. */
export interface Takeable {
  /** Takes it if that is possible now. Most often called outside, since it needs no mutex. */
  readonly now: (monitor: Monitor) => boolean;
  /** Takes it as `now`. If that fails, the caller waits from now on, and `now` must fail for all others. Inside only. */
  readonly orMark: (monitor: Monitor) => boolean;
}

/** @throws AbandonedLockError */
export function tryTake(monitor: Monitor, { now }: Takeable): boolean {
  return now(monitor) || missed(monitor, now);
}

/** Called when `now` failed. A caller that never waits for long finds out about dead threads here too. */
function missed(monitor: Monitor, now: Takeable['now']): boolean {
  const hasLooked = monitor.patrolIfDue();
  monitor.checkUsable();
  return hasLooked && now(monitor);
}

/** @param line - the line to wait in. @returns true when it was taken within the time limit */
export async function takeAwaiting(
  monitor: Monitor,
  takeable: Takeable,
  line: number,
  method: string,
  limits: WaitLimits | undefined,
): Promise<boolean> {
  const stop = checkLimits(method, limits);
  return takeUnlessStopped(monitor, takeable, line, limits?.timeoutMs, stop);
}

/** Takes it however long that takes: nothing ends the wait. */
export async function takeInAnyCase(monitor: Monitor, takeable: Takeable, line: number): Promise<void> {
  await takeUnlessStopped(monitor, takeable, line, undefined, undefined);
}

async function takeUnlessStopped(
  monitor: Monitor,
  takeable: Takeable,
  line: number,
  timeoutMs: number | undefined,
  stop: StopSignals | undefined,
): Promise<boolean> {
  if (takeable.now(monitor)) return true;
  if (timeoutMs === 0) return missed(monitor, takeable.now);
  monitor.enter();
  const waiter = takeable.orMark(monitor) ? undefined : monitor.enqueue(line);
  monitor.leave();
  return waiter === undefined || isGranted(monitor, await awaitTurn(monitor, waiter, timeoutMs, stop));
}

/** @param line - the line to wait in. @returns true when it was taken within the time limit */
export function takeBlocking(monitor: Monitor, takeable: Takeable, line: number, method: string, timeoutMs: number | undefined): boolean {
  if (timeoutMs !== undefined) checkTimeout(method, timeoutMs);
  if (takeable.now(monitor)) return true;
  if (timeoutMs === 0) return missed(monitor, takeable.now);
  if (monitor.isShared && watchFor(() => takeable.now(monitor), performance.now() + watchMs)) return true;
  monitor.enter();
  if (takeable.orMark(monitor)) {
    monitor.leave();
    return true;
  }
  return isGranted(monitor, blockForTurn(monitor, enqueueBlocking(monitor, line, method, timeoutMs), method, timeoutMs));
}

/** Joins the line, and leaves the mutex. @throws InvalidStateError when blocking could never end */
export function enqueueBlocking(monitor: Monitor, line: number, method: string, timeoutMs: number | undefined): Waiter {
  try {
    checkBlocking(monitor, method, line, timeoutMs);
    return monitor.enqueue(line);
  } finally {
    monitor.leave();
  }
}

function isGranted(monitor: Monitor, ending: Ending): boolean {
  if (ending === 'timed out') monitor.patrolIfDue();
  if (ending === 'flushed') throw monitor.abandoned();
  return ending === 'granted';
}
