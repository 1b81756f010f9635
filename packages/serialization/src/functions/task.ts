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
 * @param fn - a function whose own name is the name of its export
 * @returns `fn` itself
 * @throws TypeError when `fn` is not a function or has no name, or when `module` is a relative or bare specifier
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
export function task<F extends AnyFunction>(module: string | URL | ImportMeta, fn: F): F {
  if (typeof fn !== 'function') {
    const got = (fn as unknown) === null ? 'null' : typeof fn;
    throw new TypeError(`task: fn must be a function, got ${got}; write task(import.meta.url, function name() {})`);
  }
  const url = moduleUrl(module, 'task');
  if (fn.name === '') {
    throw new TypeError(
      'task: the function has no name, and a worker looks it up by the name of its export; ' +
        'write export const scale = task(import.meta.url, function scale(n) { ... })',
    );
  }
  knowModule(url);
  registerReference(fn, url, fn.name);
  return fn;
}
