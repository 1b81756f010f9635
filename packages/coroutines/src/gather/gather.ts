import { checkOptions, ofType } from '@heddle/futures/authors';
import { currentScope } from '../scopes/ambient.js';
import { cancelledBy } from '../scopes/cancelled-by.js';
import type { Outcome } from '../scopes/run-body.js';
import { exceptionGroupOf } from '../tasks/exception-group-of.js';
import { Branches, type Awaitable, type ValueOf } from './branches.js';

/** Options of {@link gather}. */
export interface GatherOptions {
  /**
   * Whether errors are returned among the results, in the place of values. In that case no error cancels the others.
   * @defaultValue false
   */
  returnExceptions?: boolean;
  /**
   * Whether an error cancels the others.
   * @defaultValue true
   */
  cancelSiblings?: boolean;
}

const checks = { returnExceptions: ofType('boolean'), cancelSiblings: ofType('boolean') };

/**
 * Waits for all awaitables, and returns their values in the given order, as `asyncio.gather`.
 *
 * When one fails, the others are cancelled and waited for, and its error is thrown. If others fail in their cleanup, all errors are
 * thrown in one ExceptionGroup. In asyncio the others go on; `cancelSiblings: false` does that. Cancelling the scope cancels all.
 *
 * @param awaitables - functions, which are begun as tasks, futures and promises. The task of an executor's future is aborted when the
 *   future is to be cancelled. A promise can't be cancelled, and is not waited for after an error
 * @throws the first error; ExceptionGroup (`HEDDLE_EXCEPTION_GROUP`), CancelledError (`HEDDLE_CANCELLED`); TypeError for wrong arguments
 * @example
 * ```ts
 * import { gather, sleep } from '@heddle/coroutines';
 *
 * const [answer, name] = await gather([async () => { await sleep(1); return 42; }, Promise.resolve('weft')]);
 * console.log(answer, name); // 42 weft
 * ```
 */
export function gather<const A extends readonly Awaitable[]>(
  awaitables: A,
  options: GatherOptions & { returnExceptions: true },
): Promise<{ -readonly [I in keyof A]: ValueOf<A[I]> | Error }>;
export function gather<const A extends readonly Awaitable[]>(
  awaitables: A,
  options?: GatherOptions,
): Promise<{ -readonly [I in keyof A]: ValueOf<A[I]> }>;
export async function gather(awaitables: readonly Awaitable[], options?: GatherOptions): Promise<unknown[]> {
  checkOptions('gather', options, checks);
  const branches = new Branches('gather', currentScope(), awaitables);
  const returnExceptions = options?.returnExceptions ?? false;
  let first: Outcome<unknown> | undefined;
  await branches.until((outcome) => {
    if (outcome.failed && !returnExceptions) first ??= outcome;
    return first !== undefined;
  });
  if (first?.failed === true) {
    const { error } = first;
    if (options?.cancelSiblings === false) throw error;
    const others = await branches.stop(cancelledBy('gather cancelled this: another one failed', error));
    throw others.length === 0 ? error : exceptionGroupOf('gather', [error, ...others]);
  }
  return branches.outcomes.map((outcome) => (outcome?.failed === false ? outcome.value : outcome?.error));
}
