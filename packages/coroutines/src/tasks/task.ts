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
 * A coroutine that was begun with {@link createTask} or by a {@link TaskGroup}: a Future of its value, and the means to cancel it.
 *
 * `cancel(reason)` reaches into the running coroutine, as that of `asyncio.Task`: its scope is cancelled, so what it waits for
 * throws CancelledError, and so does every further wait of ours in it. It answers true then. The task is `cancelled()` when the
 * coroutine has let the error through; one that returns a value all the same, or fails, has finished with that.
 *
 * `abort(reason, { graceMs })` also waits for the end. A coroutine that has not ended after `graceMs` is left to itself,
 * and its task fails with AbortError.
 *
 * A task that awaits itself would wait for ever: that throws InvalidStateError.
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
  /** Until it is done. */
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
