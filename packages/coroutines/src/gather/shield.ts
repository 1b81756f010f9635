import { FutureController, type Future } from '@heddle/futures';
import { isThenable, reportError, show } from '@heddle/futures/authors';
import { currentScope } from '../scopes/ambient.js';
import { captureOutcome } from '../scopes/run-body.js';
import { suspend } from '../scopes/suspend.js';
import { Coroutine, type CoroutineFunction } from '../tasks/coroutine.js';
import { controllerOf, Task } from '../tasks/task.js';
import type { Awaitable, ValueOf } from './branches.js';

/**
 * Protects an operation from the cancellation of the scope, and waits for it. Use it for cleanups in `finally`, where every other wait
 * throws after the scope was cancelled.
 *
 * A function runs in a scope of its own, which the cancellation of the scopes around it does not reach. A task is removed from the
 * reach of their cancellation. After the shield, the next wait throws. `cancel()` on the returned future ends only the wait, as it
 * does for asyncio's `shield`; the shielded operation goes on.
 *
 * Unlike in asyncio, cancelling the scope does not end the wait, because that would abandon a cleanup. {@link detached} behaves as asyncio's
 * `shield`.
 *
 * @param awaitable - a function, which is begun as a task, a future or a promise. Pass the function itself: an async function that you
 *   have called already runs in the scope of its caller
 * @throws TypeError for anything else; the returned future fails with the error of the operation
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
 * Waits for an operation that does not depend on the wait, as asyncio's `shield`. Cancelling the scope ends the wait at once, with
 * CancelledError, and the operation goes on. When it fails after that, a warning (`HEDDLE_NEVER_RETRIEVED`) has the error.
 *
 * For cleanups in `finally` that must be waited for, use {@link shield}.
 *
 * @param awaitable - a function, which is begun as a task of no scope, a future or a promise. If it is a task of the current scope, the
 *   wait ends at once when the scope is cancelled, but the scope still ends only when the task has ended
 * @throws CancelledError (`HEDDLE_CANCELLED`); the error of the operation; TypeError for anything else
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
