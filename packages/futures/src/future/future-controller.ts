import { AbortError, DeadlockError, InvalidStateError, TimeoutError, type CancelledError } from '../errors/errors.js';
import { isThenable } from '../helpers/thenable.js';
import { Future, setRunning, settle, storedState, type FutureSource, type FutureState } from './future.js';

/**
 * The executor's end of a {@link Future}. Only for executor authors; subclass it to keep a task's record in the same
 * object and to answer `cancel()` and `abort()`.
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
  /** The task's name, for messages. */
  readonly name: string;

  /** @param futureClass - makes the future, where it is one of a subclass */
  constructor(name = 'task', futureClass: new (controller: FutureController<T>) => Future<T> = Future) {
    this.name = name;
    this.future = new futureClass(this);
  }

  /**
   * Call it right before the task runs.
   *
   * @returns false when the future was cancelled: do not run it
   * @throws InvalidStateError when it runs or is finished already
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
   * @throws InvalidStateError when it is done already; the first outcome stands
   * @throws TypeError for a promise or another thenable: await it first
   */
  setResult(value: T): void {
    this.#check('set a result');
    if (isThenable(value)) {
      throw new TypeError('setResult: the value is a thenable; await it and set what it resolves to');
    }
    settle(this.future, 'finished', false, value);
  }

  /**
   * Settles the future with an error: anything that can be thrown, falsy values too.
   *
   * @throws InvalidStateError when it is done already; the first outcome stands
   */
  setException(error: unknown): void {
    this.#check('set an exception');
    settle(this.future, 'finished', true, error);
  }

  /**
   * Settles the future as cancelled, for a task that gave way while it ran: see {@link FutureController.onCancelRunning}.
   *
   * @throws InvalidStateError when it is done already; the first outcome stands
   */
  setCancelled(error: CancelledError): void {
    this.#check('set cancelled');
    settle(this.future, 'cancelled', true, error);
  }

  /**
   * What stands for the executor where it is told, after its shutdown, which failures nobody looked at (`tellFailures`). It should
   * not hold the executor: a failed future that is kept would keep it too. By default they are told when the program ends.
   */
  get failureOwner(): object | undefined {
    return undefined;
  }

  /**
   * Asked when the user cancels a pending future. An executor takes the task back here.
   *
   * @returns false when it is too late: the task runs
   */
  onCancel(_reason: unknown): boolean {
    return true;
  }

  /**
   * Asked when the user cancels a running task, which only coroutines can be.
   *
   * @returns whether the task was told; it settles by {@link FutureController.setCancelled} when it has given way
   */
  onCancelRunning(_reason: unknown): boolean {
    return false;
  }

  /**
   * Asked when the user aborts a running task. The default can't stop it.
   *
   * @returns whether the task was stopped (the controller has then set AbortError)
   */
  onAbort(_reason: unknown, _graceMs: number): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** Asked before the state of a pending future is told: the place to notice that a worker has claimed the task. */
  refresh(): void {
    // nothing to bring up to date by default
  }

  /** Told each time that somebody asks for the outcome of a future that is not done, or waits for it: it is awaited now. */
  onLook(): void {
    // of interest to executors that give an awaiting task's slot away
  }

  /**
   * Asked when somebody blocks on the future ({@link Future.resultSync}), which is not done. An executor whose outcomes can be
   * had without the event loop waits here. The default says that they can't: only this thread could settle the future.
   *
   * @param timeoutMs - milliseconds after which to return; 0: return at once
   * @returns when the future is done, or the time is up
   * @throws DeadlockError when the wait could never end
   */
  onBlock(timeoutMs: number): void {
    if (timeoutMs === 0) return;
    throw new DeadlockError(
      `task "${this.name}": resultSync() would wait for ever, since its outcome can only be set on the thread that would wait; await the future instead`,
    );
  }

  /** The error that an aborted task's future rejects with. */
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
