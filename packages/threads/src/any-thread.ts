/** Threads as all others see them, whoever started them. */

/** A thread as all others, and it itself, see it. The one that started it has a `Thread`, which can more. */
export interface AnyThread {
  readonly name: string;
  /** Node's `threadId`: 0 in the main thread, and never used twice. `undefined` before it is started. */
  readonly ident: number | undefined;
  /** Whether the program ends without waiting for it. */
  readonly daemon: boolean;
  /** Whether it was started, and its target has not ended. */
  isAlive(): boolean;
  /**
   * Waits for its end, and keeps the program alive meanwhile. The event loop goes on.
   *
   * @param timeoutMs - milliseconds to wait at most. @defaultValue no limit
   * @returns whether it has ended
   * @throws (as a rejection) InvalidStateError for the thread that asks, for the main one, and before it is started; TypeError,
   *   RangeError for a bad timeout
   */
  join(timeoutMs?: number): Promise<boolean>;
  /**
   * Blocks until it has ended. Nothing else happens in this thread meanwhile: what the other one prints, too, appears later.
   *
   * @param timeoutMs - milliseconds to wait at most. @defaultValue no limit
   * @returns whether it has ended
   * @throws InvalidStateError as `join` does, and without a timeout where it might never end: the other thread, perhaps through
   *   others, blocks until this one has ended, or was given what it calls here; TypeError, RangeError for a bad timeout
   */
  joinSync(timeoutMs?: number): boolean;
}

/** An exception that ended a thread. */
export interface ThreadFailure {
  readonly thread: AnyThread;
  /** What the target threw: an error's stack is the worker's, then that of `start()`. WorkerDiedError when the worker died. */
  readonly error: unknown;
  /** Where the thread was started: the second half of the stack, for what has none. */
  readonly startedAt: string;
  /** Whether somebody waits for the thread's `result()`, and is told. */
  readonly isAwaited: boolean;
}
