/** The values of a stream, as they come; see {@link Executor.stream}. Leaving a `for await` early stops the generator. */
export interface StreamResults<T, R = unknown> extends AsyncIterableIterator<T, R | undefined, undefined> {
  /**
   * Stops the generator: its `finally` runs. Resolves when it has ended; a generator that doesn't yield (nor watches
   * `currentTask().signal`) is stopped with its worker, after a second.
   */
  return(): Promise<IteratorResult<T, R | undefined>>;
  /** All values that were not read yet; rejects with the generator's error. */
  toArray(): Promise<T[]>;
}
