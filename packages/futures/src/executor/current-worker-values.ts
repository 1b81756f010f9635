import { askForWorkerValues } from './task-hosts.js';
import { WorkerValues } from './worker-values.js';

const key = Symbol.for('heddle.workerValues');
const registry = globalThis as { [key]?: WorkerValues | undefined };

/** The objects of this thread: those of a worker, for all copies of the package in it. For authors of executors. */
export function workerValuesOfThread(): WorkerValues {
  return (registry[key] ??= new WorkerValues());
}

/** The objects of the worker that the running task is on: this thread's, unless an executor runs its tasks in the caller. */
export function currentWorkerValues(): WorkerValues {
  return askForWorkerValues() ?? workerValuesOfThread();
}
