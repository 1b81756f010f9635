/**
 * Whether this thread is a worker that imports the module of a task right now. A module that starts a pool and submits
 * as it loads (a program with its tasks in its entry module) would do so in every worker, without end.
 */
import { shared } from '@heddle/serialization/worker';

const state = shared('importingTask', () => ({ count: 0 }));

export function isImportingTask(): boolean {
  return state.count > 0;
}

/** Marks the time until `loading` is settled. */
export function whileImporting<T>(loading: Promise<T>): Promise<T> {
  state.count += 1;
  const done = (): void => {
    state.count -= 1;
  };
  loading.then(done, done);
  return loading;
}
