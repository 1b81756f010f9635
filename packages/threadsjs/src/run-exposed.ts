/** Runs a task that is a call of a function that the worker exposes itself. The library carries arguments and results. */
import { SerializationError, TaskNotFoundError, type AnyFunction, type ItemList, type Sliceable, type TaskRequest } from '@heddle/futures';
import { addSubmitStack, nearestName } from '@heddle/futures/authors';
import { explainRefusal } from '@heddle/serialization/worker';
import { endOf } from './end-of-thread.js';
import type { Answers, Subscription, ThreadFunction } from './library.js';
import { MapItems } from './map-items.js';
import type { ThreadHandle, ThreadListener, UncaughtError } from './thread-handle.js';
import type { TaskRun, ThreadsJsTask } from './threads-js-task.js';

/** The name that structured clone gives its errors. */
const CLONE = 'DataCloneError';
/** The function of the library whose frame shows that it was the library that could not send an answer. */
const POSTING = 'postMessageToMaster';

type Outcome = { readonly failed: false; readonly value: unknown } | { readonly failed: true; readonly error: unknown };

class ExposedRun implements TaskRun, ThreadListener {
  readonly isWatching = false;
  readonly #task: ThreadsJsTask;
  readonly #thread: ThreadHandle;
  readonly #fn: ThreadFunction;
  #subscription: Subscription | undefined;
  #end: ((outcome: Outcome) => void) | undefined;
  #isStream = false;

  constructor(task: ThreadsJsTask, thread: ThreadHandle, fn: ThreadFunction) {
    this.#task = task;
    this.#thread = thread;
    this.#fn = fn;
  }

  /** Only an observable can be told, by leaving it. */
  tell(): boolean {
    if (!this.#isStream) return false;
    this.#subscription?.unsubscribe();
    this.#end?.({ failed: false, value: undefined });
    return true;
  }

  stop(): void {
    this.#thread.stop();
  }

  exited(): void {
    this.#end?.({ failed: true, error: endOf(this.#thread, this.#task.name) });
  }

  /** The library posts an answer where an error of that is lost: it is an error that nobody caught in the worker. */
  uncaught({ name, message, stack }: UncaughtError): void {
    const isAnswer = name === CLONE && stack?.includes(POSTING) === true;
    if (isAnswer && this.#thread.tasks.size === 1) this.#end?.({ failed: true, error: uncloned(this.#task.name, message) });
  }

  /** Runs the request, and settles the task. */
  async run(request: TaskRequest): Promise<void> {
    this.#thread.tasks.add(this);
    try {
      if (request.kind === 'chunk') this.#task.succeed(await this.#chunk(plain(request.items), request.spread));
      else settle(this.#task, await this.#one(request));
    } finally {
      this.#thread.tasks.delete(this);
    }
  }

  #one(request: Exclude<TaskRequest, { kind: 'chunk' }>): Promise<Outcome> {
    if (request.kind === 'call') return this.#call(request.args);
    this.#isStream = true;
    return this.#call(request.args, (value) => {
      try {
        void request.push([value])?.then(undefined, () => undefined); // the library has no way to hold the worker back
      } catch (error) {
        this.#subscription?.unsubscribe();
        this.#end?.({ failed: true, error });
      }
    });
  }

  async #chunk(items: ArrayLike<unknown>, spread: boolean): Promise<unknown> {
    const startedAt = performance.now();
    const values: unknown[] = [];
    for (const item of Array.from(items)) {
      const outcome = await this.#call(spread ? (item as unknown[]) : [item]);
      if (outcome.failed) {
        if (this.#thread.exit !== undefined) throw outcome.error;
        addSubmitStack(outcome.error, this.#task.site);
        return { values, failure: { error: outcome.error }, elapsedMs: performance.now() - startedAt };
      }
      values.push(outcome.value);
    }
    return { values, failure: undefined, elapsedMs: performance.now() - startedAt };
  }

  /** @param onValue - takes each value of an observable. Without it the first one is the value, as for `await` */
  #call(args: readonly unknown[], onValue?: (value: unknown) => void): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#end = resolve;
      let first: unknown;
      let isFirst = true;
      const next = (value: unknown): void => {
        if (isFirst) first = value;
        isFirst = false;
        onValue?.(value);
      };
      const failed = (error: unknown): void => {
        resolve({ failed: true, error: this.#explain(error, args) });
      };
      try {
        const answers: Answers = this.#fn(...args);
        this.#subscription = answers.subscribe(next, failed, () => {
          resolve({ failed: false, value: onValue === undefined ? first : undefined });
        });
      } catch (error) {
        failed(error);
      }
    });
  }

  #explain(error: unknown, args: readonly unknown[]): unknown {
    if ((error as Partial<Error> | null | undefined)?.name !== CLONE) return error;
    // Posting the arguments failed here; an error of the worker has been rebuilt by the library.
    if (error instanceof DOMException) return explainRefusal(args, 'args', error, 'thread');
    return uncloned(this.#task.name, (error as Error).message);
  }
}

/**
 * Runs a task by the function of that name.
 *
 * @returns a promise that resolves when the thread is free, or has ended
 */
export async function runExposed(task: ThreadsJsTask, name: string, thread: ThreadHandle): Promise<void> {
  const { request } = task;
  if (request === undefined) return;
  const fn = thread.functionNamed(name);
  if (fn === undefined) {
    task.fail(notExposed(name, thread));
    return;
  }
  const run = new ExposedRun(task, thread, fn);
  task.run = run;
  try {
    await run.run(request);
  } catch (error) {
    task.fail(error);
  }
}

/** The error of a function that is no reference, for a worker that has no runner. */
export function needsRunner(fn: AnyFunction, thread: ThreadHandle): TaskNotFoundError {
  return new TaskNotFoundError(
    `task "${fn.name}" can't run in ${thread.name}, which exposes ${listOf(thread)}: submit a reference that exposed() gives, ` +
      'or have the worker expose the runner of @heddle/threadsjs/worker: expose({ ...runner, other })',
  );
}

function plain(items: Sliceable): ArrayLike<unknown> {
  return items instanceof MapItems ? items.plain : (items as ItemList);
}

function settle(task: ThreadsJsTask, outcome: Outcome): void {
  if (outcome.failed) task.fail(outcome.error);
  else task.succeed(outcome.value);
}

function uncloned(name: string, message: string): SerializationError {
  return new SerializationError(`task "${name}": its result or error can't be cloned, so the worker could not send it: ${message}`, {
    path: 'result',
  });
}

function notExposed(name: string, thread: ThreadHandle): TaskNotFoundError {
  const nearest = nearestName(name, thread.names);
  const advice = nearest === undefined ? `it exposes ${listOf(thread)}` : `did you mean "${nearest}"?`;
  const what = name === '' ? 'does not expose a function alone' : `exposes no function "${name}"`;
  return new TaskNotFoundError(`${thread.name} ${what}; ${advice}`);
}

function listOf(thread: ThreadHandle): string {
  if (typeof thread.thread === 'function') return 'one function (exposedFunction() refers to it)';
  return thread.names.length === 0 ? 'no function' : thread.names.join(', ');
}
