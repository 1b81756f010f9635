import { runInThisContext } from 'node:vm';

/**
 * The names of the modules that Node has loaded. In other runtimes the list is empty or absent. It is read from Node's own `process`, since the global
 * one under Jest is a copy, whose list ends where the test file begins.
 */
const loadList = (runInThisContext('process') as { readonly moduleLoadList?: readonly string[] }).moduleLoadList ?? [];

/** Whether the runtime tells which modules it has loaded. */
export const tellsLoaded: boolean = loadList.length > 0;

/**
 * Watches which of Node's modules are loaded. A program that holds a function of a module has loaded it, so only loaded modules are
 * searched and none is loaded for that.
 *
 * @param names - of Node's modules, with `node:` or without
 * @param collect - called once for each name
 * @returns a function that calls `collect` for the modules loaded since its last call; where the list is empty, for none
 */
export function watchLoaded(names: readonly string[], collect: (name: string) => void): () => void {
  const waiting = new Set(names);
  let listed = 0;
  return () => {
    if (loadList.length === listed) return;
    listed = loadList.length;
    const loaded = new Set(loadList);
    for (const name of waiting) {
      if (!loaded.has(`NativeModule ${name.replace(/^node:/, '')}`)) continue;
      waiting.delete(name);
      collect(name);
    }
  };
}

/** Tells whether a value can have properties of its own. */
export function isHolder(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}
