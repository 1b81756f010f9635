import { InvalidStateError } from '@heddle/futures';
import { abortSignal, checkOptions, durationMs, ofType } from '@heddle/futures/authors';
import { currentScope } from '../scopes/ambient.js';
import { cancelledBy, isCancellation } from '../scopes/cancelled-by.js';
import { runBody } from '../scopes/run-body.js';
import { Scope } from '../scopes/scope.js';
import { Coroutine } from './coroutine.js';
import { checkCoroutineFunction } from './create-task.js';
import { exceptionGroupOf } from './exception-group-of.js';
import type { Task } from './task.js';

/** Options of {@link TaskGroup}. */
export interface TaskGroupOptions {
  /** Names the group in messages. @defaultValue the name of the body */
  name?: string;
  /** Cancels the group when it aborts. The cancellation of the scope around the group also cancels it. */
  signal?: AbortSignal;
  /**
   * How many milliseconds a cancelled task of the group may take to end before a warning (`HEDDLE_CANCELLATION_IGNORED`) names it.
   * The group waits for it in any case.
   * @defaultValue 1000
   */
  graceMs?: number;
}

const checks = { name: ofType('string'), signal: abortSignal, graceMs: durationMs };

/**
 * A group of tasks that end together, as `asyncio.TaskGroup`. Leaving the group waits for all of them. When one fails, the others and
 * the body are cancelled and waited for, and one `ExceptionGroup` has all errors. A task that was cancelled individually is not an
 * error. You and the tasks may add tasks until the last one has ended. A task that is added after the group was cancelled never begins.
 *
 * Prefer {@link TaskGroup.run}. With `await using` the body is not in the group's scope: the failure of a task does not cancel the waits
 * of the body, and when the body throws, the tasks are waited for and not cancelled.
 *
 * Unlike in asyncio, a task fails when it ends with a CancelledError of something else, for example of a future that it awaited and
 * that other code cancelled.
 *
 * @example
 * ```ts
 * import { TaskGroup, sleep } from '@heddle/coroutines';
 *
 * const total = await TaskGroup.run(async (group) => {
 *   const parts = [1, 2, 3].map((n) => group.createTask(async () => { await sleep(n); return n; }));
 *   return (await Promise.all(parts)).reduce((a, b) => a + b);
 * });
 * console.log(total); // 6
 * ```
 */
export class TaskGroup implements AsyncDisposable {
  readonly name: string;
  readonly #scope: Scope;
  readonly #errors: unknown[] = [];
  #state: 'open' | 'closed' = 'open';
  /** Whether `cancel()` was called; that is not an error. */
  #wasCancelled = false;

  /**
   * Runs `body` in the scope of a new group, and waits for its tasks.
   *
   * @returns what the body returned
   * @throws ExceptionGroup (`HEDDLE_EXCEPTION_GROUP`) when the body or a task failed; CancelledError (`HEDDLE_CANCELLED`) when the scope
   *   around it was cancelled, or `cancel()` stopped the body; TypeError, RangeError for wrong arguments
   * @example
   * ```ts
   * import { TaskGroup, sleep } from '@heddle/coroutines';
   *
   * const sum = await TaskGroup.run(async (group) => {
   *   const parts = [1, 2].map((n) => group.createTask(async () => n * 10));
   *   return (await Promise.all(parts)).reduce((a, b) => a + b);
   * });
   * console.log(sum); // 30
   * ```
   */
  static async run<T>(body: (group: TaskGroup) => T, options?: TaskGroupOptions): Promise<Awaited<T>> {
    checkCoroutineFunction('TaskGroup.run', body);
    checkOptions('TaskGroup', options, checks);
    const group = new TaskGroup({ ...(body.name === '' ? {} : { name: body.name }), ...options });
    return await group.#run(body);
  }

  constructor(options?: TaskGroupOptions) {
    checkOptions('TaskGroup', options, checks);
    this.name = options?.name ?? 'anonymous';
    // Passive until it has a body: a group that is never closed does not keep the scope around it busy.
    this.#scope = new Scope(currentScope(), undefined, false, options?.graceMs, true);
    this.#scope.extras.onFailure = (error, { future }): void => {
      future.addDoneCallback(() => undefined); // marks the failure as retrieved: the group throws it
      this.#failed(error);
    };
    if (options?.signal !== undefined) this.#scope.follow(options.signal, `task group "${this.name}" was cancelled by its signal`);
  }

  /** Aborts when the group is cancelled. */
  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  /**
   * Begins `fn(...args)` as a task of the group; see {@link createTask}.
   *
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when the group has ended; TypeError when `fn` is not a function
   * @example
   * ```ts
   * import { TaskGroup, sleep } from '@heddle/coroutines';
   *
   * await TaskGroup.run(async (group) => {
   *   const task = group.createTask(async (n: number) => n * 2, 21);
   *   console.log(await task); // 42
   * });
   * ```
   */
  createTask<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Task<Awaited<R>> {
    checkCoroutineFunction('TaskGroup.createTask', fn);
    if (this.#state === 'closed') {
      throw new InvalidStateError(
        `task group "${this.name}" has ended: no task can be added; add it before the last one ends, or open another group`,
      );
    }
    return new Coroutine<Awaited<R>>(this.#scope, fn, args).future;
  }

  /**
   * Cancels all tasks and the body of {@link TaskGroup.run}. The group then ends without an error, unless a task or the body fails.
   *
   * @example
   * ```ts
   * import { TaskGroup, sleep } from '@heddle/coroutines';
   *
   * await TaskGroup.run((group) => {
   *   group.createTask(() => sleep(60_000));
   *   group.cancel('enough'); // the group ends without an error
   * });
   * ```
   */
  cancel(reason?: unknown): void {
    if (this.#state === 'closed' || this.#scope.error !== undefined) return;
    this.#wasCancelled = true;
    this.#scope.cancel(cancelledBy(`task group "${this.name}" was cancelled`, reason));
  }

  /**
   * Waits for all tasks, and throws an ExceptionGroup (`HEDDLE_EXCEPTION_GROUP`) if one failed. It does not throw the CancelledError of the
   * scope, because the block may already be ending with that error; the next wait throws it.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    const scope = this.#scope;
    await scope.untilIdle();
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    scope.close();
    if (this.#errors.length > 0) throw exceptionGroupOf(`task group "${this.name}"`, this.#errors);
  }

  async #run<T>(body: (group: TaskGroup) => T): Promise<Awaited<T>> {
    const scope = this.#scope;
    const outcome = await runBody(scope, `the body of task group "${this.name}"`, () => body(this));
    if (outcome.failed && !isCancellation(outcome.error, scope.error)) this.#failed(outcome.error);
    await this[Symbol.asyncDispose]();
    const cancelled = scope.parent?.error ?? (outcome.failed || !this.#wasCancelled ? scope.error : undefined);
    if (cancelled !== undefined) throw cancelled;
    if (outcome.failed) throw outcome.error; // the body closed the group itself, and failed after that
    return outcome.value;
  }

  #failed(error: unknown): void {
    this.#errors.push(error);
    this.#scope.cancel(cancelledBy(`task group "${this.name}" was cancelled: something in it failed`, error));
  }
}
