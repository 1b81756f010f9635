import { describeError, reportError, show } from '@heddle/futures/authors';
import { shared } from '@heddle/serialization/worker';
import type { ThreadFailure } from './any-thread.js';
import { threadState } from './thread-state.js';

/** A function that handles the exception that ended a thread. */
export type Excepthook = (failure: ThreadFailure) => void;

const state = shared('excepthook', () => ({ hook: undefined as Excepthook | undefined }));

function report({ thread, error, startedAt, isAwaited }: ThreadFailure): void {
  if (isAwaited) return;
  const text = describeError(error);
  reportError(`Exception in thread ${thread.name}`, 'HEDDLE_THREAD_FAILED', text.includes(startedAt) ? text : `${text}\n${startedAt}`);
}

/**
 * Calls the hook that is in force here: the one that you set with {@link setExcepthook}, or else the default. The
 * default reports on stderr (a process warning, `HEDDLE_THREAD_FAILED`) with the thread's name and both stacks. It
 * reports nothing when code waits for the thread's `result()`.
 *
 * Heddle calls the hook in the thread that started the failed one, before its `join()` resolves. A thread without a
 * hook of its own passes the failures of the threads that it has started on to its own starter. One hook in the main
 * thread therefore gets all failures. Python's `threading.excepthook` runs in the failing thread itself.
 *
 * @example
 * ```ts
 * import { excepthook, setExcepthook } from '@heddle/threads';
 *
 * setExcepthook((failure) => {
 *   if (failure.thread.name !== 'expected to fail') excepthook(failure); // the default: a report on stderr
 * });
 * ```
 */
export function excepthook(failure: ThreadFailure): void {
  (state.hook ?? threadState.reportUp ?? report)(failure);
}

/**
 * Sets the hook for exceptions that end threads. It applies to all threads that this one starts, and to those that they
 * start.
 *
 * @param hook - called for each exception, whether or not code waits for the thread's `result()`. An error that the
 *   hook throws is reported. `undefined` restores the default
 * @returns the hook that was in force before
 * @throws TypeError when `hook` is not a function
 * @example
 * ```ts
 * import { setExcepthook } from '@heddle/threads';
 *
 * export const failures: unknown[] = [];
 * const previous = setExcepthook((failure) => {
 *   failures.push(failure.error);
 *   previous(failure); // and the report
 * });
 * ```
 */
export function setExcepthook(hook: Excepthook | undefined): Excepthook {
  if (hook !== undefined && typeof hook !== 'function') throw new TypeError(`setExcepthook: hook must be a function, got ${show(hook)}`);
  const previous = state.hook ?? threadState.reportUp ?? report;
  state.hook = hook;
  return previous;
}

/** Calls the hook, and reports an error that it throws. */
export function tellExcepthook(failure: ThreadFailure): void {
  try {
    excepthook(failure);
  } catch (error) {
    reportError(`the excepthook threw when it was told of thread ${failure.thread.name}`, 'HEDDLE_CALLBACK_THREW', error);
  }
}
