import { InvalidStateError, wait, type Future } from '@heddle/futures';
import { bindContext, reportError } from '@heddle/futures/authors';
import type { CallController } from './call-controller.js';
import type { CallbackOptions } from './pool-options.js';

/**
 * What `applyAsync`, `mapAsync` and `starmapAsync` give: a result to come (CPython's `multiprocessing.pool.AsyncResult`).
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
        void this.#future.exception(); // somebody is told of it: it is not an error that was never retrieved
        notify(`${where}: the errorCallback`, failed, outcome.reason);
      }
    };
  }

  /**
   * The value.
   *
   * @param timeoutMs - milliseconds to wait; 0 asks only whether it is there. The task goes on when the time is up.
   * @defaultValue no limit
   * @returns rejects with the task's own error, WorkerDiedError (`HEDDLE_WORKER_DIED`), or TimeoutError (`HEDDLE_TIMEOUT`). After
   * `terminate()` with CancelledError or AbortError, where CPython's waits for ever. With RangeError when `timeoutMs` is negative or
   * NaN (CPython takes them for 0)
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
   * Resolves when the result is there, or when the time is up: it never rejects with the task's error.
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
   * Whether the result is there: a value or an error.
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
   * Whether the result is a value.
   *
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when it is not there yet; CPython's raises ValueError
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
