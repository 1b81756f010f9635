import { CancelledError, isHeddleError } from '@heddle/futures';

/** Makes the error of a cancellation; its cause is the reason, if there is one. */
export function cancelledBy(what: string, reason: unknown): CancelledError {
  return new CancelledError(what, reason === undefined ? undefined : { cause: reason });
}

/**
 * Whether cancelled code failed because of its cancellation, and not with an error of its own. It may have thrown a CancelledError, or
 * the AbortError of an operation that it had given its signal to.
 *
 * @param cancellation - the error of its scope; `undefined` when the scope was not cancelled
 */
export function isCancellation(outcome: unknown, cancellation: CancelledError | undefined): boolean {
  if (cancellation === undefined) return false;
  if (outcome === cancellation || isHeddleError(outcome, 'HEDDLE_CANCELLED')) return true;
  return typeof outcome === 'object' && outcome !== null && 'name' in outcome && outcome.name === 'AbortError';
}
