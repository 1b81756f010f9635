import { describeError, reportError, show } from '@heddle/futures/authors';
import { shared } from '@heddle/serialization/worker';
import type { ThreadFailure } from './any-thread.js';
import { threadState } from './thread-state.js';

/** What is to become of it. */
export type Excepthook = (failure: ThreadFailure) => void;

const state = shared('excepthook', () => ({ hook: undefined as Excepthook | undefined }));

function report({ thread, error, startedAt, isAwaited }: ThreadFailure): void {
  if (isAwaited) return;
  const text = describeError(error);
  reportError(`Exception in thread ${thread.name}`, 'HEDDLE_THREAD_FAILED', text.includes(startedAt) ? text : `${text}\n${startedAt}`);
}

/**
 * Calls the hook that is in force here: the one that {@link setExcepthook} has set, else the default, a report on stderr
 * (a process warning, `HEDDLE_THREAD_FAILED`) with the thread's name and both stacks, unless somebody waits for the
 * thread's `result()`.
 *
 * Heddle calls it in the thread that started the one that failed, before its `join()` resolves. A thread with no hook of its
 * own passes on to its starter what happens in the threads that it has started: one hook in the main thread sees all.
 * Python's `threading.excepthook` runs in the failing thread itself.
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
 * Replaces what becomes of exceptions that end threads, for all threads that this one starts, and those that they start.
 *
 * @param hook - called for each, whether or not somebody waits for the thread's `result()`. What it throws is reported.
 *   `undefined` for the default
 * @returns the one that was in force
 * @throws TypeError when it is no function
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

/** Calls the hook, whatever it does. */
export function tellExcepthook(failure: ThreadFailure): void {
  try {
    excepthook(failure);
  } catch (error) {
    reportError(`the excepthook threw when it was told of thread ${failure.thread.name}`, 'HEDDLE_CALLBACK_THREW', error);
  }
}
