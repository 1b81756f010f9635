import { AbortError, isHeddleError } from '../errors/errors.js';
import { askForTask } from '../executor/task-hosts.js';
import { whenAborted } from '../helpers/when-aborted.js';
import { scopeSignal } from './scope-signal.js';

/**
 * The signal that ends every wait at this place: the signal of the innermost cancellation scope (`@heddle/coroutines`), otherwise of
 * the running task; `undefined` outside of both. For authors of functions that wait; see {@link StopSignals}.
 *
 * Inside a task, the call counts as a look at `currentTask().signal`, so the task gets the grace period of `Future.abort`.
 */
export function ambientSignal(): AbortSignal | undefined {
  return scopeSignal() ?? askForTask()?.signal;
}

/**
 * The signals that can end a wait from outside: the signal that its caller gave it, and the ambient one. For authors of functions
 * that wait.
 *
 * When a scope was cancelled, the wait throws the scope's own CancelledError; otherwise an AbortError with the signal's reason as
 * its `cause`.
 */
export class StopSignals {
  readonly #where: string;
  readonly #own: AbortSignal | undefined;
  readonly #ambient: AbortSignal | undefined;

  /**
   * @param where - the name of the function that waits, for the error message
   * @param own - the signal that the function's caller gave it
   */
  constructor(where: string, own?: AbortSignal) {
    this.#where = where;
    const ambient = ambientSignal();
    this.#own = own;
    this.#ambient = ambient === own ? undefined : ambient;
  }

  /** The error to throw when a signal has aborted. */
  get error(): Error | undefined {
    const signal = this.#own?.aborted === true ? this.#own : this.#ambient;
    if (signal?.aborted !== true) return undefined;
    const reason: unknown = signal.reason;
    return isHeddleError(reason, 'HEDDLE_CANCELLED') ? reason : new AbortError(`${this.#where} was aborted`, { cause: reason });
  }

  /** Throws {@link StopSignals.error}, if there is one. */
  check(): void {
    const { error } = this;
    if (error !== undefined) throw error;
  }

  /**
   * Calls back once when a signal aborts. Call {@link StopSignals.check} first, for a signal that has aborted already.
   *
   * @returns a function that removes the listeners. Call it however the wait ends
   */
  listen(callback: (error: Error) => void): () => void {
    const stop = (): void => {
      remove();
      callback(this.error ?? new AbortError(`${this.#where} was aborted`));
    };
    const removeOwn = this.#own && whenAborted(this.#own, stop);
    const removeAmbient = this.#ambient && whenAborted(this.#ambient, stop);
    const remove = (): void => {
      removeOwn?.();
      removeAmbient?.();
    };
    return remove;
  }
}
