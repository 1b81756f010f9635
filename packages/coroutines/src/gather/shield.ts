import { FutureController, type Future } from '@heddle/futures';
import { isThenable, reportError, show } from '@heddle/futures/authors';
import { currentScope } from '../scopes/ambient.js';
import { captureOutcome } from '../scopes/run-body.js';
import { suspend } from '../scopes/suspend.js';
import { Coroutine, type CoroutineFunction } from '../tasks/coroutine.js';
import { controllerOf, Task } from '../tasks/task.js';
import type { Awaitable, ValueOf } from './branches.js';

/**
 * Keeps something from being cancelled together with the scope, and waits for it: for cleanups in `finally`, where every other wait
 * throws once the scope is cancelled.
 *
 * A function is run in a scope of its own, which the cancellation of those around it does not reach; a task that is given is
 * taken out of their reach. After it, the next wait throws. `cancel()` on the future that this returns ends only the waiting, as
 * the cancellation of asyncio's `shield` does: what is shielded goes on.
 *
 * Unlike in asyncio, cancelling the scope does not end the waiting: a cleanup would be left behind then. {@link detached} is asyncio's.
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
  const inner = begin('shield', awaitable);
  const outer = new FutureController<ValueOf<A>>('shield');
  void captureOutcome(() => inner).then((outcome) => {
    if (!outer.future.done()) {
      if (outcome.failed) outer.setException(outcome.error);
      else outer.setResult(outcome.value as ValueOf<A>);
    } else if (outcome.failed) reportUnheard('shielded', outcome.error);
  });
  return outer.future;
}

/**
 * Waits for something that goes on by itself, as asyncio's `shield` does: cancelling the scope ends the waiting at once, with CancelledError,
 * and what is waited for goes on, out of reach of that cancellation. Its failure is reported when nobody waits for it any longer.
 *
 * For cleanups in `finally` that have to be waited for there is {@link shield}.
 *
 * @param awaitable - a function, which is begun as a task of no scope, a future or a promise. A task that was begun in the scope is waited for there,
 *   as every task is: the waiting ends at once, the scope with the task
 * @throws CancelledError (`HEDDLE_CANCELLED`); what it fails with; TypeError for anything else
 * @example
 * ```ts
 * import { createTask, detached, sleep } from '@heddle/coroutines';
 *
 * const refresh = createTask(async () => { await sleep(20); console.log('refreshed'); });
 * const reader = createTask(() => detached(refresh));
 * await sleep(1);
 * reader.cancel();
 * console.log((await Promise.allSettled([reader]))[0].status); // rejected
 * await refresh; // refreshed
 * ```
 */
export async function detached<A extends Awaitable>(awaitable: A): Promise<ValueOf<A>> {
  const inner = typeof awaitable === 'function' ? new Coroutine(undefined, awaitable, []).future : begin('detached', awaitable);
  let isLeft = false;
  return await suspend<ValueOf<A>>((resolve, reject) => {
    void captureOutcome(() => inner).then((outcome) => {
      if (isLeft) {
        if (outcome.failed) reportUnheard('detached', outcome.error);
      } else if (outcome.failed) reject(outcome.error);
      else resolve(outcome.value as ValueOf<A>);
    });
    return () => {
      isLeft = true;
    };
  }, currentScope());
}

function reportUnheard(how: string, error: unknown): void {
  reportError(`what was ${how} failed, and nobody waited for it any longer`, 'HEDDLE_NEVER_RETRIEVED', error);
}

function begin(verb: string, awaitable: unknown): PromiseLike<unknown> {
  if (typeof awaitable === 'function') return new Coroutine(currentScope(), awaitable as CoroutineFunction, [], true).future;
  if (!isThenable(awaitable))
    throw new TypeError(`${verb}: a function to begin, a future or another promise is needed, got ${show(awaitable)}`);
  const scope = awaitable instanceof Task ? controllerOf(awaitable)?.scope : undefined;
  if (scope !== undefined) scope.extras.shielded = true;
  return awaitable;
}
