/**
 * The cancellation scopes, which `@heddle/coroutines` makes. A submit or a wait asks here for the signal of the innermost scope.
 * task-hosts.ts answers another question: the running task.
 */

/** Returns the signal of the innermost cancellation scope of the code that calls it; `undefined` outside of one. */
export type ScopeSource = () => AbortSignal | undefined;

// Shared by all copies of the package in this realm.
const key = Symbol.for('heddle.scopes');
const registry = globalThis as { [key]?: ScopeSource[] | undefined };
const sources: ScopeSource[] = (registry[key] ??= []);

/** Registers the scopes of a package. For packages that have scopes. */
export function addScopeSource(source: ScopeSource): void {
  sources.push(source);
}

/** The signal of the innermost cancellation scope; the first source that has one wins. A loop by index, since every submit calls this. */
export function scopeSignal(): AbortSignal | undefined {
  let signal: AbortSignal | undefined;
  for (let i = 0; i < sources.length && signal === undefined; i++) signal = sources[i]?.();
  return signal;
}
