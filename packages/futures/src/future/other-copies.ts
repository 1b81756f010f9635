/**
 * Futures of another copy of this package: their private fields can't be read here, so each future brings along the functions of its
 * own copy. Applications get a second copy when a dependency is bundled, or when two versions are installed.
 */
import { functionsKey, type Future, type FutureFunctions } from './future.js';

/** Tells whether a value is a future of this copy, or of another copy whose futures can be used here. */
export function isUsableFuture(value: unknown): value is Future<unknown> {
  return typeof value === 'object' && value !== null && functionsKey in value;
}

function functionsOf(future: unknown): FutureFunctions {
  if (isUsableFuture(future)) return (future as unknown as { readonly [functionsKey]: FutureFunctions })[functionsKey];
  throw new TypeError(
    'expected a future of this version of @heddle/futures, got one that another version made; install one version (npm ls @heddle/futures)',
  );
}

/**
 * Calls back when the future is done, or immediately if it is done already. Unlike `addDoneCallback`, it does not count as a look by the
 * user. For authors of executors.
 *
 * @throws TypeError when the future cannot be used here. The other functions of this module throw it, too
 */
export const watch: FutureFunctions['watch'] = (future, callback) => {
  functionsOf(future).watch(future, callback);
};

/** Removes a callback of `watch`. */
export const unwatch: FutureFunctions['unwatch'] = (future, callback) => {
  functionsOf(future).unwatch(future, callback);
};

/** Notes that the user waits until the future is done, without asking for its outcome. */
export const awaitDone: FutureFunctions['awaitDone'] = (future) => {
  functionsOf(future).awaitDone(future);
};

/** Blocks the thread until the future is done, or until the time is up; see FutureController.onBlock. For decorators. */
export const blockOn: FutureFunctions['blockOn'] = (future, timeoutMs) => {
  functionsOf(future).blockOn(future, timeoutMs);
};

/** Returns the outcome of a settled future. */
export const outcomeOf: FutureFunctions['outcomeOf'] = (future) => functionsOf(future).outcomeOf(future);
