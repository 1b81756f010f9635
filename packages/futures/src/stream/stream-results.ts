/** The values of a stream, as the generator yields them; see {@link Executor.stream}. Leaving a `for await` early stops the generator. */
export interface StreamResults<T, R = unknown> extends AsyncIterableIterator<T, R | undefined, undefined> {
  /**
   * Stops the generator: its `finally` runs. The promise resolves when the generator has ended. A generator that neither yields nor
   * watches `currentTask().signal` is stopped together with its worker, after a second.
   */
  return(): Promise<IteratorResult<T, R | undefined>>;
  /** All values that were not read yet. The promise rejects with the generator's error. */
  toArray(): Promise<T[]>;
}
