/** The ways a campaign's executor ends. Afterwards there is no worker any more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isHeddleError } from '@heddle/futures';
import { patience, within } from './within.mjs';

/** @import { ProcessPoolExecutor } from '@heddle/processes' */
/** @import { ThreadPoolExecutor } from '@heddle/threads' */
/** @import { Ending } from './types.d.ts' */
/** @import { Trouble } from './trouble.mjs' */

/**
 * @param {Ending} ending
 * @param {{ pool: ThreadPoolExecutor | ProcessPoolExecutor | undefined }} holder
 * @param {() => Promise<void>} settled
 * @param {Trouble} trouble
 */
export async function end(ending, holder, settled, trouble) {
  const pool = /** @type {ProcessPoolExecutor} */ (holder.pool);
  const ended = (/** @type {PromiseLike<unknown>} */ promise) => within(patience.ms, ending, promise);
  switch (ending) {
    case 'shutdown':
      return ended(pool.shutdown());
    case 'dispose':
      return ended(pool[Symbol.asyncDispose]());
    case 'shutdownCancel':
      return ended(pool.shutdown({ cancelFutures: true }));
    case 'shutdownTwice':
      return ended(Promise.all([pool.shutdown({ wait: false }), pool.shutdown(), pool.shutdown({ cancelFutures: false })]));
    case 'terminateWorkers':
      return ended(pool.terminateWorkers());
    case 'killWorkers':
      return ended(pool.killWorkers());
    case 'shutdownNoWait':
      await ended(pool.shutdown({ wait: false }));
      await settled();
      return ended(pool.shutdown()); // until the workers are gone
    case 'drop':
      await settled();
      return dropped(holder, trouble);
  }
}

/** Nobody holds the executor any more: once it is collected, its workers go. */
async function dropped(holder, trouble) {
  const executor = new WeakRef(holder.pool);
  holder.pool = undefined;
  for (const until = performance.now() + patience.ms; executor.deref() !== undefined;) {
    if (performance.now() > until) return trouble.add('the executor was dropped and is not collected');
    await sleep(1); // not in the turn that looked: looking keeps it
    globalThis.gc?.();
  }
}

/** @param {ThreadPoolExecutor | ProcessPoolExecutor | undefined} pool @param {Trouble} trouble */
export function refusesMore(pool, trouble) {
  if (pool === undefined) return;
  try {
    pool
      .submit(() => 1)
      .then(
        () => undefined,
        () => undefined,
      );
    trouble.add('a task was accepted after the end');
  } catch (error) {
    const isRight =
      isHeddleError(error, 'HEDDLE_SHUTDOWN') ||
      isHeddleError(error, 'HEDDLE_BROKEN_THREAD_POOL') ||
      isHeddleError(error, 'HEDDLE_BROKEN_PROCESS_POOL');
    if (!isRight) trouble.add(`submit after the end threw ${String(error)}`);
  }
}
