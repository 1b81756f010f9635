import type { CancelledError } from '@heddle/futures';
import { reportError } from '@heddle/futures/authors';

/** The part of a scope that is used here; see Scope. */
interface WatchedScope {
  readonly parent: WatchedScope | undefined;
  readonly owner: { readonly name: string; readonly isRunning: boolean } | undefined;
  /** The name of its body, while one runs. */
  readonly body: string | undefined;
  children(): WatchedScope[];
}

/** The code of the warning. */
const code = 'HEDDLE_CANCELLATION_IGNORED';

/**
 * Reports, by name, the tasks that have not ended `graceMs` after their scope was cancelled. Without the report, a program that waits for
 * them would show no reason.
 *
 * @returns stops the watch; call it when the scope is closed
 */
export function watchOverdue(scope: WatchedScope, error: CancelledError, graceMs: number): () => void {
  const timer = setTimeout(() => {
    const names = overdueNames(scope);
    if (names.length > 0) reportOverdue(listed(names), graceMs, 'waited for', error);
  }, graceMs);
  (timer as { unref?: () => void }).unref?.(); // the report does not keep the program alive
  return () => {
    clearTimeout(timer);
  };
}

/**
 * Reports a task that was cancelled and goes on.
 *
 * @param fate - what happens to it: 'waited for', 'left to itself'
 */
export function reportOverdue(name: string, graceMs: number, fate: string, error: CancelledError): void {
  reportError(
    `${name} still runs ${String(graceMs)} ms after it was cancelled, and is ${fate}; hand currentSignal() to what is awaited there, or call checkCancelled() in a loop`,
    code,
    error,
  );
}

/** The names of the running leaves of the tree. The scopes above only wait for them. */
function overdueNames(root: WatchedScope): string[] {
  const found = new Set<string>();
  const scopes = [root];
  for (let scope = scopes.pop(); scope !== undefined; scope = scopes.pop()) {
    const children = scope.children();
    scopes.push(...children);
    if (isBusy(scope) && !children.some(isBusy)) found.add(runningName(scope));
  }
  return [...found];
}

function isBusy({ owner, body }: WatchedScope): boolean {
  return owner?.isRunning ?? body !== undefined;
}

/** The name of the task that the scope is in, or else of its body. */
function runningName(scope: WatchedScope): string {
  for (let each: WatchedScope | undefined = scope; each !== undefined; each = each.parent)
    if (each.owner !== undefined) return `task "${each.owner.name}"`;
  return scope.body ?? 'a scope';
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown} and ${String(names.length - 10)} more` : shown;
}
