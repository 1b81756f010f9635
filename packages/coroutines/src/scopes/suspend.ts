import type { Scope } from './scope.js';

/**
 * Waits, in a scope: what every wait of ours comes down to.
 *
 * @param arm - begins what is waited for; it may answer at once. Returns what takes it back, called when the scope is cancelled first
 * @returns rejects with the scope's CancelledError, at once when it is cancelled already: `arm` is not called then
 */
export function suspend<T>(
  arm: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
  scope: Scope | undefined,
): Promise<T> {
  if (scope === undefined) return new Promise((resolve, reject) => void arm(resolve, reject));
  if (scope.error !== undefined) return Promise.reject(scope.error);
  return new Promise((resolve, reject) => {
    const stop = (error: Error): void => {
      disarm();
      reject(error);
    };
    scope.join(stop);
    const disarm = arm(
      (value) => {
        scope.leave(stop);
        resolve(value);
      },
      (error) => {
        scope.leave(stop);
        reject(error);
      },
    );
  });
}
