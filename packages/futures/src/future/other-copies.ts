/**
 * Futures of another copy of this package: their private fields can't be read here, so each future brings along the functions of its
 * own copy. Applications get a second copy when a dependency is bundled, or when two versions are installed.
 */
import { functionsKey, type Future, type FutureFunctions } from './future.js';

/** Whether it is a future of this copy, or of one that can be used here. */
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
 * Calls back when the future is done, at once when it is; unlike `addDoneCallback` that is no look of the user's. For authors of executors.
 *
 * @throws TypeError when it is no future that can be used here; so do the others
 */
export const watch: FutureFunctions['watch'] = (future, callback) => {
  functionsOf(future).watch(future, callback);
};

/** Takes a callback of `watch` back. */
export const unwatch: FutureFunctions['unwatch'] = (future, callback) => {
  functionsOf(future).unwatch(future, callback);
};

/** Somebody waits until the future is done, and doesn't ask for its outcome. */
export const awaitDone: FutureFunctions['awaitDone'] = (future) => {
  functionsOf(future).awaitDone(future);
};

/** Stands still until the future is done, or so long; see FutureController.onBlock. For decorators. */
export const blockOn: FutureFunctions['blockOn'] = (future, timeoutMs) => {
  functionsOf(future).blockOn(future, timeoutMs);
};

/** How a future that is done has ended. */
export const outcomeOf: FutureFunctions['outcomeOf'] = (future) => functionsOf(future).outcomeOf(future);
