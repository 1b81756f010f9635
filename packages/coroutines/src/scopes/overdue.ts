import type { CancelledError } from '@heddle/futures';
import { reportError } from '@heddle/futures/authors';

/** What is asked of a scope here: see Scope. */
interface WatchedScope {
  readonly parent: WatchedScope | undefined;
  readonly owner: { readonly name: string; readonly isRunning: boolean } | undefined;
  /** What it is called, while a body of its own runs. */
  readonly body: string | undefined;
  children(): WatchedScope[];
}

/** The code of the warning. */
const code = 'HEDDLE_CANCELLATION_IGNORED';

/**
 * Reports, by name, the tasks that have not ended some time after their scope was cancelled: whoever waits for them would wait
 * in silence else.
 *
 * @returns stops the watch; to be called when the scope is closed
 */
export function watchOverdue(scope: WatchedScope, error: CancelledError, graceMs: number): () => void {
  const timer = setTimeout(() => {
    const names = overdueNames(scope);
    if (names.length > 0) reportOverdue(listed(names), graceMs, 'waited for', error);
  }, graceMs);
  (timer as { unref?: () => void }).unref?.(); // to report is no reason to live on
  return () => {
    clearTimeout(timer);
  };
}

/** Tells of somebody who was cancelled and goes on, and what becomes of him. */
export function reportOverdue(who: string, graceMs: number, fate: string, error: CancelledError): void {
  reportError(
    `${who} still runs ${String(graceMs)} ms after it was cancelled, and is ${fate}; hand currentSignal() to what is awaited there, or call checkCancelled() in a loop`,
    code,
    error,
  );
}

/** Who runs at the ends of the tree; those above wait for them. */
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

/** Of the task that it belongs to, where there is one. */
function runningName(scope: WatchedScope): string {
  for (let each: WatchedScope | undefined = scope; each !== undefined; each = each.parent)
    if (each.owner !== undefined) return `task "${each.owner.name}"`;
  return scope.body ?? 'a scope';
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown} and ${String(names.length - 10)} more` : shown;
}
