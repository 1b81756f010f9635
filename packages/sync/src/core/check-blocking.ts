import { InvalidStateError } from '@heddle/futures/errors';
import { holderOf } from './holder.js';
import type { Monitor } from './monitor.js';

const remedy = 'await the form without Sync';

/**
 * Makes sure that blocking can come to an end. Inside only; the caller leaves when it throws.
 *
 * @throws InvalidStateError
 */
export function checkBlocking(monitor: Monitor, method: string, line: number, timeoutMs: number | undefined): void {
  if (timeoutMs !== undefined && timeoutMs !== Infinity) return;
  const why = whyForEver(monitor, line);
  if (why !== undefined) throw forEver(method, why);
}

/** @returns the error for a thread that blocks although all other threads that could have ended the wait have ended */
export function leftAlone(monitor: Monitor, method: string): InvalidStateError {
  return forEver(
    method,
    `all other threads that had this ${monitor.kind.name} have ended, so nobody could end the wait; ${remedy}, or give it to another thread first`,
  );
}

function forEver(method: string, why: string): InvalidStateError {
  return new InvalidStateError(`${method} would block this thread for ever: ${why}`);
}

function whyForEver(monitor: Monitor, line: number): string | undefined {
  const { name, releasedBy } = monitor.kind;
  if (!monitor.isShared)
    return `no other thread has this ${name}, so nobody could end the wait; ${remedy}, or give it to another thread first`;
  if (releasedBy !== undefined && monitor.ownWaiters(line) > 0) {
    return `async functions of this thread come before it, and can't go on while it is blocked; ${remedy}`;
  }
  if (releasedBy === 'owner' && holderOf(monitor.words) === monitor.me) {
    return `an async function of this thread holds this ${name}, and can't go on while it is blocked; ${remedy}`;
  }
  return undefined;
}
