import { CancelledError } from '@heddle/futures';
import { currentScope, runIn } from './ambient.js';
import { isCancellation } from './cancelled-by.js';
import { Scope } from './scope.js';

/** How a function ended. Errors are boxed, because they may be falsy. */
export type Outcome<T> = { readonly failed: false; readonly value: T } | { readonly failed: true; readonly error: unknown };

/** Calls a function, awaits its result, and returns how it ended. Never rejects. */
export async function captureOutcome<T>(run: () => T): Promise<Outcome<Awaited<T>>> {
  try {
    return { failed: false, value: await run() };
  } catch (error) {
    return { failed: true, error };
  }
}

/**
 * Runs the body of a public function in its scope. In a cancelled scope the body does not begin.
 *
 * @param name - names the body when it is reported because it ignores its cancellation
 */
export async function runBody<T>(scope: Scope, name: string, body: () => T): Promise<Outcome<Awaited<T>>> {
  if (scope.error !== undefined) return { failed: true, error: scope.error };
  scope.activate(name);
  const outcome = await captureOutcome(() => runIn(scope, body));
  scope.extras.body = undefined;
  return outcome;
}

/** Cancels the remaining tasks of a scope whose body has ended, and waits for them: no task outlives its scope. */
export async function cancelRemaining(scope: Scope, body: string): Promise<void> {
  if (scope.isIdle) return;
  scope.cancelChildren(new CancelledError(`${body}, which had begun this, has ended`));
  await scope.untilIdle();
}

/**
 * Runs the body of a public function in the scope of its caller. With a signal, it runs in a new scope that the signal cancels.
 *
 * @param body - gets the scope, because some platforms do not know it after the first `await`
 * @throws CancelledError when the scope is cancelled before the body begins; the error of the body
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
