import { InvalidStateError, wait, type Future } from '@heddle/futures';
import { bindContext, reportError } from '@heddle/futures/authors';
import type { CallController } from './call-controller.js';
import type { CallbackOptions } from './pool-options.js';

/**
 * The future result of `applyAsync`, `mapAsync` or `starmapAsync` (CPython's `multiprocessing.pool.AsyncResult`).
 *
 * @example
 * ```ts
 * import { ThreadPool } from '@heddle/pool';
 *
 * await using pool = new ThreadPool(2);
 * const result = pool.applyAsync((n: number) => n * 2, [21]);
 * console.log(await result.get()); // 42
 * ```
 */
export class AsyncResult<T> {
  readonly #future: Future<T>;
  #state: 'pending' | 'succeeded' | 'failed' = 'pending';

  /** @internal */
  constructor(call: CallController, where: string, { callback, errorCallback }: CallbackOptions<T>) {
    const succeeded = callback === undefined ? undefined : bindContext(callback);
    const failed = errorCallback === undefined ? undefined : bindContext(errorCallback);
    this.#future = call.future as Future<T>;
    call.tell = (outcome) => {
      if (outcome.status === 'fulfilled') {
        this.#state = 'succeeded';
        if (succeeded !== undefined) notify(`${where}: the callback`, succeeded, outcome.value as T);
      } else {
        this.#state = 'failed';
        if (failed === undefined) return;
        void this.#future.exception(); // the errorCallback gets the error, so it must not be reported as one that was never retrieved
        notify(`${where}: the errorCallback`, failed, outcome.reason);
      }
    };
  }

  /**
   * Returns the value.
   *
   * @param timeoutMs - milliseconds to wait; 0 only checks whether the value has arrived. The task continues after the
   *   timeout.
   * @defaultValue no limit
   * @returns rejects with the task's own error, WorkerDiedError (`HEDDLE_WORKER_DIED`), or TimeoutError
   *   (`HEDDLE_TIMEOUT`). After `terminate()` it rejects with CancelledError or AbortError; CPython's `get` waits for
   *   ever. It rejects with RangeError when `timeoutMs` is negative or NaN (CPython treats them as 0)
   * @example
   * ```ts
   * import { ThreadPool } from '@heddle/pool';
   *
   * await using pool = new ThreadPool(2);
   * const result = pool.applyAsync((n: number) => n ** 2, [7]);
   * console.log(await result.get(10_000)); // 49
   * ```
   */
  async get(timeoutMs?: number): Promise<T> {
    return await this.#future.result(timeoutMs);
  }

  /**
   * Resolves when the result has arrived, or after the timeout. It never rejects with the task's error.
   *
   * @param timeoutMs - milliseconds to wait
   * @defaultValue no limit
   * @returns rejects with RangeError when `timeoutMs` is negative or NaN
   * @example
   * ```ts
   * import { ThreadPool } from '@heddle/pool';
   *
   * await using pool = new ThreadPool(2);
   * const result = pool.applyAsync((n: number) => n * 2, [21]);
   * await result.wait(1000);
   * console.log(result.ready()); // true
   * ```
   */
  async wait(timeoutMs?: number): Promise<void> {
    await wait([this.#future], timeoutMs === undefined ? {} : { timeoutMs });
  }

  /**
   * Returns whether the result has arrived: a value or an error.
   *
   * @example
   * ```ts
   * import { ThreadPool } from '@heddle/pool';
   *
   * await using pool = new ThreadPool(2);
   * const result = pool.applyAsync((n: number) => n * 2, [21]);
   * console.log(result.ready()); // false: it has just been submitted
   * ```
   */
  ready(): boolean {
    return this.#state !== 'pending';
  }

  /**
   * Returns whether the result is a value.
   *
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when the result has not arrived; CPython raises ValueError
   * @example
   * ```ts
   * import { ThreadPool } from '@heddle/pool';
   *
   * await using pool = new ThreadPool(2);
   * const result = pool.applyAsync((n: number) => n * 2, [21]);
   * await result.wait();
   * console.log(result.successful()); // true
   * ```
   */
  successful(): boolean {
    if (this.#state === 'pending')
      throw new InvalidStateError(`successful: the result of "${this.#future.name}" is not ready; ask ready(), or await wait()`);
    return this.#state === 'succeeded';
  }
}

function notify<V>(what: string, callback: (value: V) => void, value: V): void {
  try {
    callback(value);
  } catch (error) {
    reportError(`${what} threw; the result is not affected`, 'HEDDLE_CALLBACK_THREW', error);
  }
}
