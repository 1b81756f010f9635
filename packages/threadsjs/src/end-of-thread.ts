import { WorkerDiedError } from '@heddle/futures';
import { describeError } from '@heddle/futures/authors';
import type { ThreadHandle } from './thread-handle.js';

/** The error of a task whose worker has ended. The library itself would never settle it. */
export function endOf(thread: ThreadHandle, taskName: string): WorkerDiedError {
  const { exitCode, error } = thread.exit ?? { exitCode: undefined, error: undefined };
  const why = error === undefined ? '' : `: ${describeError(error).split('\n')[0] ?? ''}`;
  return new WorkerDiedError(
    `${thread.name} ended with exit code ${String(exitCode ?? 'unknown')} while it ran task "${taskName}"${why}; ` +
      'the task was not run again, since it may have had effects',
    { workerName: thread.name, exitCode, ...(error === undefined ? {} : { cause: error }) },
  );
}
