/**
 * State that all copies of the package in a realm share: a worker's entry is one file with a copy of its own, and a task
 * may have loaded another.
 *
 * @param name - names the state among Heddle's
 * @param create - makes it, for the first copy that asks
 */
export function shared<T>(name: string, create: () => T): T {
  const key = Symbol.for(`heddle.${name}`);
  const states = globalThis as unknown as Record<symbol, T | undefined>;
  return (states[key] ??= create());
}
