import type { CancelledError, Future } from '@heddle/futures';
import { captureOutcome } from '../scopes/run-body.js';
import { Task } from './task.js';

/** Whether a value is a future, of any copy of the package. A future can be stopped; a promise can't. */
export function isFuture(value: unknown): value is Future<unknown> {
  const { abort, done } = (value ?? {}) as Partial<Future<unknown>>;
  return typeof abort === 'function' && typeof done === 'function';
}

/**
 * Stops an awaited future as far as possible: a coroutine is cancelled; a task of an executor is cancelled or, when it runs, aborted.
 * Other promises go on.
 *
 * @param graceMs - how many milliseconds a running task may take to end; without it, a coroutine is waited for without a limit
 * @returns resolves when the future is done, or can't be stopped
 */
export async function stop(awaited: unknown, error: CancelledError, graceMs?: number): Promise<void> {
  if (!isFuture(awaited)) return;
  const reason = error.cause ?? error;
  if (graceMs === undefined && awaited instanceof Task) {
    awaited.cancel(reason);
    await captureOutcome(() => awaited);
  } else await captureOutcome(() => awaited.abort(reason, graceMs === undefined ? undefined : { graceMs }));
}
