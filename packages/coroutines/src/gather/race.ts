import { reportError } from '@heddle/futures/authors';
import { currentScope } from '../scopes/ambient.js';
import { cancelledBy } from '../scopes/cancelled-by.js';
import { exceptionGroupOf } from '../tasks/exception-group-of.js';
import { Branches, type Awaitable, type ValueOf } from './branches.js';

/**
 * Returns the value, or throws the error, of the first awaitable that ends. The others are cancelled and waited for, as far as they can
 * be; see {@link gather}.
 *
 * When the first has failed, errors of the others' cleanup are thrown together with its error, in one ExceptionGroup. When it has a
 * value, they are reported by warnings (`HEDDLE_CLEANUP_FAILED`).
 *
 * @param awaitables - functions, which are begun as tasks, futures and promises; at least one
 * @throws the first error; RangeError when there is no awaitable, since the race would never end; TypeError for wrong arguments;
 *   ExceptionGroup (`HEDDLE_EXCEPTION_GROUP`); CancelledError (`HEDDLE_CANCELLED`)
 * @example
 * ```ts
 * import { race, sleep } from '@heddle/coroutines';
 *
 * const first = await race([async () => { await sleep(60_000); return 'slow'; }, async () => 'fast']);
 * console.log(first); // fast
 * ```
 */
export async function race<const A extends readonly Awaitable[]>(awaitables: A): Promise<ValueOf<A[number]>> {
  const branches = begin('race', awaitables);
  await branches.until(() => true);
  return await finish('race', branches, branches.ended[0]);
}

/**
 * Returns the value of the first awaitable that succeeds, as `Promise.any`. The others are cancelled and waited for, as by {@link race}.
 *
 * @param awaitables - functions, which are begun as tasks, futures and promises; at least one
 * @throws ExceptionGroup (`HEDDLE_EXCEPTION_GROUP`) when none succeeds, with the errors in the order in which they occurred; RangeError
 *   when there is no awaitable; TypeError for wrong arguments; CancelledError (`HEDDLE_CANCELLED`)
 * @example
 * ```ts
 * import { any, sleep } from '@heddle/coroutines';
 *
 * const value = await any([async () => { throw new Error('down'); }, async () => { await sleep(1); return 'mirror'; }]);
 * console.log(value); // mirror
 * ```
 */
export async function any<const A extends readonly Awaitable[]>(awaitables: A): Promise<ValueOf<A[number]>> {
  const branches = begin('any', awaitables);
  await branches.until((outcome) => !outcome.failed);
  const { outcomes, ended } = branches;
  const winner = ended.find((i) => outcomes[i]?.failed === false);
  if (winner === undefined)
    throw exceptionGroupOf(
      'any',
      ended.map((i) => (outcomes[i] as { error: unknown }).error),
    );
  return await finish('any', branches, winner);
}

function begin(where: string, awaitables: readonly Awaitable[]): Branches {
  const branches = new Branches(where, currentScope(), awaitables);
  if (branches.outcomes.length === 0) throw new RangeError(`${where}: at least one function or promise is needed, got none`);
  return branches;
}

/** Stops the losers, and returns the winner's value or throws its error. */
async function finish<T>(where: string, branches: Branches, winner: number | undefined): Promise<T> {
  const outcome = branches.outcomes[winner ?? 0];
  const errors = await branches.stop(cancelledBy(`${where} cancelled this: another one was faster`, undefined));
  if (outcome?.failed === false) {
    for (const error of errors) reportError(`${where}: one that lost failed when it was cancelled`, 'HEDDLE_CLEANUP_FAILED', error);
    return outcome.value as T;
  }
  throw errors.length === 0 ? outcome?.error : exceptionGroupOf(where, [outcome?.error, ...errors]);
}
