import { knowModule } from '../classes/known-modules.js';
import type { AnyFunction } from './function-descriptor.js';
import { registerReference } from './function-reference.js';
import { moduleUrl } from './module-url.js';

/**
 * Marks a function as one that a worker can import. It then travels by reference (module and name), so it may use anything in its
 * module, and breakpoints in its module work. Python's pickle does the same for every function of a module.
 *
 * @param module - the module that exports `fn`: `import.meta.url`, `import.meta`, a `file:`, `node:` or `data:` URL,
 *   or an absolute path
 * @param fn - a function
 * @param name - the name of its export, by default the function's own name. Give it where a minifier drops or changes the names of
 *   functions: a string stays as it is
 * @returns `fn` itself
 * @throws TypeError when `fn` is not a function, when it has no name and none is given, when `name` is not a string or is empty, or
 *   when `module` is a relative or bare specifier
 * @example
 * ```ts
 * import { task } from '@heddle/serialization';
 *
 * const factor = 3;
 * export const scale: (n: number) => number = task(import.meta.url, function scale(n: number) {
 *   return n * factor;
 * });
 * ```
 */
export function task<F extends AnyFunction>(module: string | URL | ImportMeta, fn: F, name?: string): F {
  if (typeof fn !== 'function') {
    const got = (fn as unknown) === null ? 'null' : typeof fn;
    throw new TypeError(`task: fn must be a function, got ${got}; write task(import.meta.url, function name() {})`);
  }
  const url = moduleUrl(module, 'task');
  if (name !== undefined && (typeof name !== 'string' || name === '')) {
    throw new TypeError(`task: name must be the name of the export, got ${showName(name)}`);
  }
  const exported = name ?? fn.name;
  if (exported === '') {
    throw new TypeError(
      'task: the function has no name, and a worker looks it up by the name of its export; ' +
        "write export const scale = task(import.meta.url, function scale(n) { ... }), or name the export: task(import.meta.url, fn, 'scale')",
    );
  }
  knowModule(url);
  registerReference(fn, url, exported);
  return fn;
}

function showName(name: unknown): string {
  if (name === '') return 'an empty string';
  return name === null ? 'null' : typeof name;
}
