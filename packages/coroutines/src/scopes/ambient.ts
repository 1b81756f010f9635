import { currentTask, type CurrentTask } from '@heddle/futures';
import { addScopeSource, createAmbient, type Ambient } from '@heddle/futures/authors';
import { Scope, type ScopeOwner } from './scope.js';

/** Follows the async flow where the platform can (Node, Bun, Deno); elsewhere it is known until the first `await`. */
const ambient: Ambient<Scope> = createAmbient<Scope>();

/** The scopes of executors' tasks, which end as their signals say. */
const adopted = new WeakMap<CurrentTask, Scope>();

// Locks, wait() and whatever else asks for the ambient signal gets that of the scope.
addScopeSource(() => (ambient.get() === undefined ? undefined : currentScope()?.signal));

/**
 * The scope that this runs in: of the innermost coroutine or, when an executor's task was begun within that, of this task.
 * `undefined` outside of both.
 */
export function currentScope(): Scope | undefined {
  let scope = ambient.get();
  // What goes on after the end of its scope, an event listener say, belongs to what is around; but once cancelled, always cancelled.
  while (scope?.isOpen === false && scope.error === undefined) scope = scope.parent;
  const task = currentTask();
  return task === undefined || scope?.host === task ? scope : scopeOfTask(task);
}

/** The coroutine that this runs in. */
export function currentOwner(): ScopeOwner | undefined {
  let scope = currentScope();
  while (scope !== undefined && scope.owner === undefined) scope = scope.parent;
  return scope?.owner;
}

/** Calls `fn(...args)` in a scope. */
export const runIn: Ambient<Scope>['run'] = (scope, fn, ...args) => ambient.run(scope, fn, ...args);

/** Whether what is begun in a scope knows it after an `await`, too. */
export const isFollowed: boolean = ambient.isAsync;

function scopeOfTask(task: CurrentTask): Scope {
  let scope = adopted.get(task);
  if (scope === undefined) {
    scope = new Scope(undefined);
    // No listener is left: the signal lives no longer than its task.
    scope.follow(task.signal, `task "${task.name}" was aborted`);
    adopted.set(task, scope);
  }
  return scope;
}
