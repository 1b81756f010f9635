import { Future, InvalidStateError, type FutureController } from '@heddle/futures';
import { currentOwner } from '../scopes/ambient.js';
import type { Scope } from '../scopes/scope.js';

/** The controller of a task: see ScopedTask. */
interface TaskController {
  readonly scope: Scope;
}

// Ways into a task's private field, set in its static block.
let controllerOf: (task: Task<unknown>) => TaskController | undefined;
let forgetController: (task: Task<unknown>) => void;

/**
 * The future of a coroutine that {@link createTask} or a {@link TaskGroup} has begun. It can also cancel the coroutine.
 *
 * `cancel(reason)` cancels a running coroutine, as that of `asyncio.Task`, and returns true. The scope of the coroutine is cancelled, so its
 * current wait throws CancelledError, and so does every further wait of this package in it. The task is `cancelled()` when the
 * coroutine does not catch that error. When the coroutine returns a value or fails with another error, that is its outcome.
 *
 * `abort(reason, { graceMs })` also waits for the end. When the coroutine has not ended after `graceMs` milliseconds, the task fails
 * with AbortError (`HEDDLE_ABORTED`), and the coroutine goes on.
 *
 * A task that awaits itself would never end, so that throws InvalidStateError (`HEDDLE_INVALID_STATE`).
 *
 * @example
 * ```ts
 * import { createTask, sleep, type Task } from '@heddle/coroutines';
 *
 * const task: Task<void> = createTask(sleep, 60_000);
 * task.cancel('changed my mind');
 * console.log(await task.catch((error: Error) => error.cause)); // changed my mind
 * ```
 */
export class Task<T> extends Future<T> {
  /** Dropped when the task is done. */
  #controller: TaskController | undefined;

  /** Only for this package. */
  constructor(controller: FutureController<T>) {
    super(controller);
    this.#controller = controller as unknown as TaskController;
  }

  override get [Symbol.toStringTag](): string {
    return 'Task';
  }

  static {
    controllerOf = (task) => task.#controller;
    forgetController = (task) => {
      task.#controller = undefined;
    };

    // `await task` asks for its constructor first: see Future.
    const { get } = Object.getOwnPropertyDescriptor(Future.prototype, 'constructor') as { get: () => PromiseConstructor };
    void Object.defineProperty(Task.prototype, 'constructor', {
      configurable: true,
      get(this: Task<unknown>): PromiseConstructor {
        if (this !== Task.prototype && !this.done() && currentOwner()?.future === this) {
          throw new InvalidStateError(`task "${this.name}" awaits itself, and would never end`);
        }
        return get.call(this);
      },
    });
  }
}

export { controllerOf, forgetController };
