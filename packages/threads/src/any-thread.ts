/** Threads as every thread sees them, whichever thread started them. */

/**
 * A thread as all other threads, and it itself, see it. The thread that started it has a `Thread`, which has more
 * methods.
 */
export interface AnyThread {
  readonly name: string;
  /** Node's `threadId`: 0 in the main thread, and never used twice. `undefined` before it is started. */
  readonly ident: number | undefined;
  /** Whether the program may end before the thread. */
  readonly daemon: boolean;
  /** Returns whether the thread was started and its target has not ended. */
  isAlive(): boolean;
  /**
   * Waits for the end of the thread, and keeps the program alive meanwhile. The event loop continues.
   *
   * @param timeoutMs - how long to wait, in milliseconds. @defaultValue no limit
   * @returns whether the thread has ended
   * @throws (as a rejection) InvalidStateError for the calling thread, for the main thread, and before the thread is
   *   started; TypeError, RangeError for a bad timeout
   */
  join(timeoutMs?: number): Promise<boolean>;
  /**
   * Blocks until the thread has ended. Nothing else happens in the calling thread meanwhile, so output of the other
   * thread appears later, too.
   *
   * @param timeoutMs - how long to wait, in milliseconds. @defaultValue no limit
   * @returns whether the thread has ended
   * @throws InvalidStateError as `join` does, and without a timeout where the wait might never end: the other thread,
   *   perhaps through others, blocks until this one has ended, or was given an object that it calls here
   * @throws TypeError, RangeError for a bad timeout
   */
  joinSync(timeoutMs?: number): boolean;
}

/** An exception that ended a thread. */
export interface ThreadFailure {
  readonly thread: AnyThread;
  /**
   * The value that the target threw. The stack of an error is the worker's, then that of `start()`. It is a
   * WorkerDiedError when the worker died.
   */
  readonly error: unknown;
  /** The place where the thread was started: the second half of the stack, for thrown values without a stack. */
  readonly startedAt: string;
  /** Whether code waits for the thread's `result()`, and gets the error there. */
  readonly isAwaited: boolean;
}
