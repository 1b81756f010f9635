import { currentTask, type CurrentTask } from '@heddle/futures';
import { addScopeSource, createAmbient, type Ambient } from '@heddle/futures/authors';
import { Scope, type ScopeOwner } from './scope.js';

/** Follows the async flow in Node, Bun and Deno. On other platforms the scope is known until the first `await`. */
const ambient: Ambient<Scope> = createAmbient<Scope>();

/** The scopes of executors' tasks. The task's signal cancels its scope. */
const adopted = new WeakMap<CurrentTask, Scope>();

// The ambient signal, which locks and wait() use, is the signal of the current scope.
addScopeSource(() => (ambient.get() === undefined ? undefined : currentScope()?.signal));

/**
 * The scope that the calling code runs in: that of the innermost coroutine or, when an executor's task has begun within the coroutine,
 * that of the task. `undefined` outside of both.
 */
export function currentScope(): Scope | undefined {
  let scope = ambient.get();
  // Code that outlives its scope, such as an event listener, belongs to the scope around it, unless its own scope was cancelled.
  while (scope?.isOpen === false && scope.error === undefined) scope = scope.parent;
  const task = currentTask();
  return task === undefined || scope?.host === task ? scope : scopeOfTask(task);
}

/** The coroutine that the calling code runs in. */
export function currentOwner(): ScopeOwner | undefined {
  let scope = currentScope();
  while (scope !== undefined && scope.owner === undefined) scope = scope.parent;
  return scope?.owner;
}

/** Calls `fn(...args)` in a scope. */
export const runIn: Ambient<Scope>['run'] = (scope, fn, ...args) => ambient.run(scope, fn, ...args);

/** Whether code knows its scope also after an `await`. */
export const isFollowed: boolean = ambient.isAsync;

function scopeOfTask(task: CurrentTask): Scope {
  let scope = adopted.get(task);
  if (scope === undefined) {
    scope = new Scope(undefined);
    // The listener is never removed: the signal lives no longer than its task.
    scope.follow(task.signal, `task "${task.name}" was aborted`);
    adopted.set(task, scope);
  }
  return scope;
}
