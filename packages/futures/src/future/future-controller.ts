import { AbortError, DeadlockError, InvalidStateError, TimeoutError, type CancelledError } from '../errors/errors.js';
import { isThenable } from '../helpers/thenable.js';
import { Future, setRunning, settle, storedState, type FutureSource, type FutureState } from './future.js';

/**
 * The executor's end of a {@link Future}. For authors of executors. A subclass can keep a task's record in the same object, and
 * answer `cancel()` and `abort()`.
 *
 * @example
 * ```ts
 * import { FutureController } from '@heddle/futures';
 *
 * const controller = new FutureController<number>('answer');
 * if (controller.setRunningOrNotifyCancel()) controller.setResult(42);
 * export const answer: number = await controller.future;
 * ```
 */
export class FutureController<T> implements FutureSource {
  /** The future this controller settles. */
  readonly future: Future<T>;
  /** The task's name, for error messages. */
  readonly name: string;

  /**
   * @param name - the task's name, for error messages. Default: `task`
   * @param futureClass - the class of the future, when it is a subclass of Future
   */
  constructor(name = 'task', futureClass: new (controller: FutureController<T>) => Future<T> = Future) {
    this.name = name;
    this.future = new futureClass(this);
  }

  /**
   * Marks the future as running. Call it right before the task runs.
   *
   * @returns false when the future was cancelled; the task must then not run
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when the future is running or finished already
   */
  setRunningOrNotifyCancel(): boolean {
    const state = storedState(this.future);
    if (state === 'cancelled') return false;
    if (state !== 'pending') throw this.#invalid('set running', state);
    setRunning(this.future);
    return true;
  }

  /**
   * Settles the future with a value.
   *
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when the future is done already; it keeps its first outcome
   * @throws TypeError for a promise or another thenable; await it first
   */
  setResult(value: T): void {
    this.#check('set a result');
    if (isThenable(value)) {
      throw new TypeError('setResult: the value is a thenable; await it and set what it resolves to');
    }
    settle(this.future, 'finished', false, value);
  }

  /**
   * Settles the future with an error, which may be any value that can be thrown, falsy values included.
   *
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when the future is done already; it keeps its first outcome
   */
  setException(error: unknown): void {
    this.#check('set an exception');
    settle(this.future, 'finished', true, error);
  }

  /**
   * Settles the future as cancelled, for a task that stopped while it ran: see {@link FutureController.onCancelRunning}.
   *
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when the future is done already; it keeps its first outcome
   */
  setCancelled(error: CancelledError): void {
    this.#check('set cancelled');
    settle(this.future, 'cancelled', true, error);
  }

  /**
   * Stands for the executor in `tellFailures`, which reports, after a shutdown, the failures that nobody looked at. It should not
   * refer to the executor, because a failed future would then keep the executor in memory. By default such failures are reported
   * when the program ends.
   */
  get failureOwner(): object | undefined {
    return undefined;
  }

  /**
   * Called when the user cancels a pending future. An executor takes the task back here.
   *
   * @returns false when it is too late, since the task has begun
   */
  onCancel(_reason: unknown): boolean {
    return true;
  }

  /**
   * Called when the user cancels a running task. Only coroutines can be cancelled while they run.
   *
   * @returns whether the task was asked to stop. It settles by {@link FutureController.setCancelled} once it has stopped
   */
  onCancelRunning(_reason: unknown): boolean {
    return false;
  }

  /**
   * Called when the user aborts a running task. By default the task cannot be stopped.
   *
   * @returns whether the task was stopped; the controller has then set AbortError
   */
  onAbort(_reason: unknown, _graceMs: number): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** Called before a pending future reports its state. An executor can notice here that a worker has claimed the task. */
  refresh(): void {
    // by default there is nothing to bring up to date
  }

  /** Called each time somebody asks for the outcome of a future that is not done, or waits for it. */
  onLook(): void {
    // executors override it to give away the slot of a task that waits
  }

  /**
   * Called when somebody blocks on the future ({@link Future.resultSync}) before it is done. An executor that can receive outcomes
   * without the event loop waits here until the future is done or the time is up. By default the call throws, since only this
   * thread could settle the future.
   *
   * @param timeoutMs - milliseconds after which to return; 0 returns immediately
   * @throws DeadlockError (`HEDDLE_DEADLOCK`) when the wait could never end
   */
  onBlock(timeoutMs: number): void {
    if (timeoutMs === 0) return;
    throw new DeadlockError(
      `task "${this.name}": resultSync() would wait for ever, since its outcome can only be set on the thread that would wait; await the future instead`,
    );
  }

  /** The error that the future of an aborted task rejects with. */
  protected abortError(reason: unknown): AbortError | TimeoutError {
    if (reason instanceof TimeoutError) return reason;
    return new AbortError(`task "${this.name}" was aborted while it ran`, reason === undefined ? undefined : { cause: reason });
  }

  #check(what: string): void {
    const state = storedState(this.future);
    if (state === 'finished' || state === 'cancelled') throw this.#invalid(what, state);
  }

  #invalid(what: string, state: FutureState): InvalidStateError {
    return new InvalidStateError(`can't ${what} on the future of task "${this.name}": it is ${state}; the first outcome stands`);
  }
}
