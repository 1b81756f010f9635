import { ambientSignal } from '@heddle/futures/authors';
import { currentScope } from './ambient.js';

/**
 * Throws when the current scope is cancelled. Call it in loops that compute and never wait.
 *
 * @throws CancelledError (`HEDDLE_CANCELLED`)
 * @example
 * ```ts
 * import { checkCancelled, sleep } from '@heddle/coroutines';
 *
 * export async function sum(rows: readonly number[]): Promise<number> {
 *   let total = 0;
 *   for (const [i, row] of rows.entries()) {
 *     total += row;
 *     if (i % 10_000 === 0) await sleep(0); // gives other code a turn, which may cancel this
 *     checkCancelled();
 *   }
 *   return total;
 * }
 * ```
 */
export function checkCancelled(): void {
  const error = currentScope()?.error;
  if (error !== undefined) throw error;
}

/**
 * The signal of the current scope, for functions that know nothing of scopes. It aborts when the scope is cancelled, with the
 * CancelledError as its reason. Outside of all scopes it is the signal of the running task, or one that never aborts.
 *
 * In a browser, call this before the first `await` of a coroutine, because the scope is not known later.
 *
 * @example
 * ```ts
 * import { currentSignal } from '@heddle/coroutines';
 *
 * export const load = async (url: string): Promise<string> => (await fetch(url, { signal: currentSignal() })).text();
 * ```
 */
export function currentSignal(): AbortSignal {
  return ambientSignal() ?? new AbortController().signal;
}
