/**
 * Who has a cancellation scope, as `@heddle/coroutines` makes them: whatever is submitted, or waits, asks here for the signal of the
 * innermost one. Who runs tasks is another question: see task-hosts.ts.
 */

/** Gives the signal of the innermost cancellation scope of the code that asks; `undefined` outside of one. */
export type ScopeSource = () => AbortSignal | undefined;

// Shared by all copies of the package in this realm.
const key = Symbol.for('heddle.scopes');
const registry = globalThis as { [key]?: ScopeSource[] | undefined };
const sources: ScopeSource[] = (registry[key] ??= []);

/** Makes the scopes of a package known. For packages that have scopes. */
export function addScopeSource(source: ScopeSource): void {
  sources.push(source);
}

/** The signal of the innermost cancellation scope. The first answer counts; a loop by index, since every submit asks. */
export function scopeSignal(): AbortSignal | undefined {
  let signal: AbortSignal | undefined;
  for (let i = 0; i < sources.length && signal === undefined; i++) signal = sources[i]?.();
  return signal;
}
