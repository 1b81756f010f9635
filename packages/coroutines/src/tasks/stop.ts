import type { CancelledError, Future } from '@heddle/futures';
import { captureOutcome } from '../scopes/run-body.js';
import { Task } from './task.js';

/** Whether it is a future, of any copy of the package: something that can be stopped. */
export function isFuture(value: unknown): value is Future<unknown> {
  const { abort, done } = (value ?? {}) as Partial<Future<unknown>>;
  return typeof abort === 'function' && typeof done === 'function';
}

/**
 * Stops something awaited, as far as that can be done: a coroutine is cancelled, a task of an executor is cancelled or, when it
 * runs, aborted. A promise goes on.
 *
 * @param graceMs - how long what runs may take to give way; a coroutine is waited for without end when it is left out
 * @returns resolves when it has ended, or nobody can do anything more about it
 */
export async function stop(awaited: unknown, error: CancelledError, graceMs?: number): Promise<void> {
  if (!isFuture(awaited)) return;
  const reason = error.cause ?? error;
  if (graceMs === undefined && awaited instanceof Task) {
    awaited.cancel(reason);
    await captureOutcome(() => awaited);
  } else await captureOutcome(() => awaited.abort(reason, graceMs === undefined ? undefined : { graceMs }));
}
