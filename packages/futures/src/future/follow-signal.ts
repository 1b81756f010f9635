import { whenAborted } from '../helpers/when-aborted.js';
import type { Future } from './future.js';
import { watch } from './other-copies.js';

/**
 * From now on the signal cancels the future, or aborts it. For executor authors.
 *
 * @returns whether it has done so already
 */
export function followSignal(future: Future<unknown>, signal: AbortSignal | undefined): boolean {
  if (signal === undefined) return false;
  const abort = (): void => void future.abort(signal.reason);
  if (signal.aborted) {
    abort();
    return true;
  }
  watch(future, whenAborted(signal, abort));
  return false;
}
