import { FutureController, type Future } from '@heddle/futures';
import { isThenable, reportError, show } from '@heddle/futures/authors';
import { currentScope } from './ambient.js';
import type { Awaitable, ValueOf } from './branches.js';
import { Coroutine, type CoroutineFunction } from './coroutine.js';
import { outcomeOf } from './run-body.js';
import { controllerOf, Task } from './task.js';

/**
 * Keeps something from being cancelled together with the scope, and waits for it: for cleanups in `finally`, where every other wait
 * throws once the scope is cancelled.
 *
 * A function is run in a scope of its own, which the cancellation of those around it does not reach; a task that is given is
 * taken out of their reach. After it, the next wait throws. `cancel()` on the future that this returns ends only the waiting, as
 * the cancellation of asyncio's `shield` does: what is shielded goes on.
 *
 * Unlike in asyncio, cancelling the scope does not end the waiting: a cleanup would be left behind then.
 *
 * @param awaitable - a function, which is begun as a task, a future or a promise. An async function that was called already runs in the
 *   scope it was called in: give the function
 * @throws TypeError for anything else
 * @example
 * ```ts
 * import { createTask, shield, sleep } from '@heddle/coroutines';
 *
 * const task = createTask(async () => {
 *   try {
 *     await sleep(60_000);
 *   } finally {
 *     await shield(async () => { await sleep(1); console.log('put away'); }); // put away
 *   }
 * });
 * await sleep(1);
 * task.cancel();
 * console.log((await Promise.allSettled([task]))[0].status); // rejected
 * ```
 */
export function shield<A extends Awaitable>(awaitable: A): Future<ValueOf<A>> {
  const inner = begin(awaitable);
  const outer = new FutureController<ValueOf<A>>('shield');
  void outcomeOf(() => inner).then((outcome) => {
    if (!outer.future.done()) {
      if (outcome.failed) outer.setException(outcome.error);
      else outer.setResult(outcome.value as ValueOf<A>);
    } else if (outcome.failed) reportError('what was shielded failed, and nobody waited for it any longer', 'HEDDLE_NEVER_RETRIEVED', outcome.error);
  });
  return outer.future;
}

function begin(awaitable: unknown): PromiseLike<unknown> {
  if (typeof awaitable === 'function') return new Coroutine(currentScope(), awaitable as CoroutineFunction, [], true).future;
  if (!isThenable(awaitable)) throw new TypeError(`shield: a function to begin, a future or another promise is needed, got ${show(awaitable)}`);
  const scope = awaitable instanceof Task ? controllerOf(awaitable)?.scope : undefined;
  if (scope !== undefined) scope.extras.shielded = true;
  return awaitable;
}
