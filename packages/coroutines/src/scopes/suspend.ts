import type { Scope } from './scope.js';

/**
 * Waits in a scope. All waits of this package are built on this function.
 *
 * @param arm - begins to wait; it may resolve synchronously. It returns a function that stops waiting, which is called when the scope
 *   is cancelled first
 * @returns rejects with the scope's CancelledError. When the scope is already cancelled, it rejects at once, and `arm` is not called
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
