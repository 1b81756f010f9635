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
  /** For messages. @defaultValue the name of the body */
  name?: string;
  /** Cancels the group when it aborts. The scope that the group is opened in does so in any case. */
  signal?: AbortSignal;
  /**
   * How long a task of the group may go on after it was cancelled, in milliseconds, before a warning (`HEDDLE_CANCELLATION_IGNORED`)
   * names it. It is waited for all the same.
   * @defaultValue 1000
   */
  graceMs?: number;
}

const checks = { name: ofType('string'), signal: abortSignal, graceMs: durationMs };

/**
 * Tasks that end together, as `asyncio.TaskGroup`: leaving the group waits for all of them. When one fails, the others and the body
 * are cancelled and waited for, and one `ExceptionGroup` tells of all errors. A task that was cancelled by itself is no
 * error. Tasks may be added until the last one has ended, also by tasks; one that is added after the group was cancelled never begins.
 *
 * {@link TaskGroup.run} is the form to prefer. With `await using` the body is not in the group's scope: no failure cancels what
 * it waits for, and when it throws, the tasks are waited for, not cancelled.
 *
 * Unlike in asyncio, a task that ends with a CancelledError which is not its own (it awaited a future that somebody
 * cancelled) has failed.
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
  /** By `cancel()`: that is no error. */
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
    // Passive until it has a body: one that is forgotten holds nobody up.
    this.#scope = new Scope(currentScope(), undefined, false, options?.graceMs, true);
    this.#scope.extras.onFailure = (error, { future }): void => {
      future.addDoneCallback(() => undefined); // it counts as looked at: the group tells of it
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
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when the group has ended; TypeError when `fn` is no function
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
   * Cancels all tasks, and the body of {@link TaskGroup.run}. The group then ends without an error, unless there was one.
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
   * Waits for all tasks, and throws the ExceptionGroup if one failed. A cancellation it leaves to the next wait: the block may be left
   * by its error already.
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
