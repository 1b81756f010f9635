import { AbortError, isHeddleError } from '../errors/errors.js';
import { askForTask } from '../executor/task-hosts.js';
import { whenAborted } from '../helpers/when-aborted.js';
import { scopeSignal } from './scope-signal.js';

/**
 * The signal that whatever waits here has to heed: of the innermost cancellation scope (`@heddle/coroutines`), else of the
 * running task; `undefined` outside of both. For authors of what waits; see {@link StopSignals}.
 *
 * Inside a task it counts as a look at `currentTask().signal`: the task gets the grace of `Future.abort`.
 */
export function ambientSignal(): AbortSignal | undefined {
  return scopeSignal() ?? askForTask()?.signal;
}

/**
 * What can end a wait from outside: a signal it was given, and the ambient one. For authors of what waits.
 *
 * What a wait then throws is the scope's own CancelledError when a scope was cancelled, else an AbortError with the signal's
 * reason as its `cause`.
 */
export class StopSignals {
  readonly #where: string;
  readonly #own: AbortSignal | undefined;
  readonly #ambient: AbortSignal | undefined;

  /**
   * @param where - the function that waits, for the message
   * @param own - the signal that its caller gave it
   */
  constructor(where: string, own?: AbortSignal) {
    this.#where = where;
    const ambient = ambientSignal();
    this.#own = own;
    this.#ambient = ambient === own ? undefined : ambient;
  }

  /** What to throw, when one has aborted. */
  get error(): Error | undefined {
    const signal = this.#own?.aborted === true ? this.#own : this.#ambient;
    if (signal?.aborted !== true) return undefined;
    const reason: unknown = signal.reason;
    return isHeddleError(reason, 'HEDDLE_CANCELLED') ? reason : new AbortError(`${this.#where} was aborted`, { cause: reason });
  }

  /** Throws what {@link StopSignals.error} says, if anything. */
  check(): void {
    const { error } = this;
    if (error !== undefined) throw error;
  }

  /**
   * Calls back once when one aborts; check first, for those that have.
   *
   * @returns takes the listeners away again; to be called however the wait ends
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
