import { CancelledError } from '@heddle/futures';
import { currentScope, runIn } from './ambient.js';
import { isCancellation } from './cancelled-by.js';
import { Scope } from './scope.js';

/** How a function ended; errors are boxed, since they may be falsy. */
export type Outcome<T> = { readonly failed: false; readonly value: T } | { readonly failed: true; readonly error: unknown };

/** What became of something awaited. */
export async function captureOutcome<T>(run: () => T): Promise<Outcome<Awaited<T>>> {
  try {
    return { failed: false, value: await run() };
  } catch (error) {
    return { failed: true, error };
  }
}

/**
 * Runs the body of a verb in its scope. In a scope that is cancelled it is not begun.
 *
 * @param name - for the report on one that does not heed its cancellation
 */
export async function runBody<T>(scope: Scope, name: string, body: () => T): Promise<Outcome<Awaited<T>>> {
  if (scope.error !== undefined) return { failed: true, error: scope.error };
  scope.activate(name);
  const outcome = await captureOutcome(() => runIn(scope, body));
  scope.extras.body = undefined;
  return outcome;
}

/** Cancels what is still under way in a scope whose body has ended, and waits for it: there are no orphans. */
export async function cancelRemaining(scope: Scope, body: string): Promise<void> {
  if (scope.isIdle) return;
  scope.cancelChildren(new CancelledError(`${body}, which had begun this, has ended`));
  await scope.untilIdle();
}

/**
 * Runs the body of a verb in the scope of its caller or, when it was given a signal, in one within that follows it.
 *
 * @param body - gets the scope: where the async flow is not followed it is not known after the first `await`
 * @throws CancelledError, before the body is begun, when the scope is cancelled; what the body throws
 */
export async function runUnderSignal<T>(
  where: string,
  signal: AbortSignal | undefined,
  body: (scope: Scope | undefined) => T,
): Promise<Awaited<T>> {
  const around = currentScope();
  if (signal === undefined) {
    if (around?.error !== undefined) throw around.error;
    return await body(around);
  }
  const scope = new Scope(around);
  try {
    scope.follow(signal, `${where} was cancelled by its signal`);
    const name = `the body of ${where}`;
    const outcome = await runBody(scope, name, () => body(scope));
    await cancelRemaining(scope, name);
    if (!outcome.failed) return outcome.value;
    throw isCancellation(outcome.error, scope.error) ? scope.error : outcome.error;
  } finally {
    scope.close();
  }
}
