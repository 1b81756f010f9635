import type { AnyFunction } from '../executor/task-request.js';
import type { WorkerValues } from '../executor/worker-values.js';
import { reportError } from '../helpers/report.js';

/**
 * Ends a worker, or an executor that runs its tasks in the caller: runs the finalizer, and then disposes what its tasks shared. An error is
 * reported, since no task is left to fail with it. For authors of executors.
 */
export async function endHere(finalizer: (() => unknown) | AnyFunction | undefined, values: WorkerValues): Promise<void> {
  try {
    await (finalizer as (() => unknown) | undefined)?.();
  } catch (error) {
    reportError("an executor's finalizer threw", 'HEDDLE_FINALIZER_FAILED', error);
  }
  if (!values.isEmpty) await values.dispose();
}
