/**
 * State that all copies of the package in a realm share. A worker's entry is one file with its own copy of the package, and a task may
 * have loaded another copy.
 *
 * @param name - the name of the state within Heddle
 * @param create - creates the state, for the first copy that asks
 */
export function shared<T>(name: string, create: () => T): T {
  const key = Symbol.for(`heddle.${name}`);
  const states = globalThis as unknown as Record<symbol, T | undefined>;
  return (states[key] ??= create());
}
