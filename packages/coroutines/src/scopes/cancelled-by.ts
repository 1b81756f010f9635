import { CancelledError, isHeddleError } from '@heddle/futures';

/** The error of a cancellation that somebody gave a reason for. */
export function cancelledBy(what: string, reason: unknown): CancelledError {
  return new CancelledError(what, reason === undefined ? undefined : { cause: reason });
}

/**
 * Whether somebody ended by a cancellation, rather than with an error of its own: with our CancelledError, or with the AbortError of
 * what it gave its signal to.
 */
export function isCancellation(outcome: unknown, cancellation: CancelledError | undefined): boolean {
  if (cancellation === undefined) return false;
  if (outcome === cancellation || isHeddleError(outcome, 'HEDDLE_CANCELLED')) return true;
  return typeof outcome === 'object' && outcome !== null && 'name' in outcome && outcome.name === 'AbortError';
}
