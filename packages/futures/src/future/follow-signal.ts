import { whenAborted } from '../helpers/when-aborted.js';
import type { Future } from './future.js';
import { watch } from './other-copies.js';

/**
 * Makes the signal cancel the future, or abort it, from now on. For authors of executors.
 *
 * @returns whether the signal has done so already
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
