/**
 * Whether this thread is a worker that imports the module of a task right now. A module that starts a pool and submits
 * as it loads (a program with its tasks in its entry module) would do so in every worker, without end.
 */
let importing = 0;

export function isImportingTask(): boolean {
  return importing > 0;
}

/** Marks the time until `loading` is settled. */
export function whileImporting<T>(loading: Promise<T>): Promise<T> {
  importing += 1;
  const done = (): void => {
    importing -= 1;
  };
  loading.then(done, done);
  return loading;
}
