import { knowModule } from '../classes/known-modules.js';
import type { AnyFunction, FunctionReference, LoadedFunction } from './function-descriptor.js';
import { loadLater } from './function-loader.js';
import { referenceOf, registerReference } from './function-reference.js';
import { moduleUrl } from './module-url.js';

/** The functions among a module's exports; see {@link tasksOf}. */
export type TasksOf<M> = { readonly [K in keyof M as M[K] extends AnyFunction ? K : never]: M[K] };

/**
 * Names that `await`, `JSON.stringify`, `util.inspect` and test frameworks read from any object to learn what it is. A task in response
 * would mean "a promise", "a mock", ...
 */
const PROBES: ReadonlySet<string> = new Set([
  'then',
  'catch',
  'finally',
  'toJSON',
  'constructor',
  'prototype',
  'asymmetricMatch',
  '$$typeof',
  'nodeType',
  '__esModule',
  '__proto__',
]);

/**
 * Returns typed references to a module's exported functions, without loading the module in this process: only workers import it.
 *
 * A stub that is called directly, as InlineExecutor does, imports the module and calls the export. It then returns a promise, whatever the
 * export's own type says.
 *
 * @typeParam M - the module's type, `typeof import('./x.js')`
 * @param module - the module's absolute address: `new URL('./x.js', import.meta.url)`, a URL's text, or an absolute path
 * @returns an object with a stub for every name; an export that is missing shows when a task runs
 * @throws TypeError when `module` is a relative or bare specifier
 * @example
 * ```ts
 * import { tasksOf } from '@heddle/serialization';
 *
 * const { basename } = tasksOf<typeof import('node:path')>('node:path');
 * export { basename };
 * ```
 */
export function tasksOf<M>(module: string | URL): TasksOf<M> {
  const url = moduleUrl(module, 'tasksOf');
  knowModule(url);
  const stubs = new Map<string, AnyFunction>();
  return new Proxy<Record<string, AnyFunction>>(Object.create(null) as Record<string, AnyFunction>, {
    get(_target, name) {
      if (typeof name === 'symbol' || PROBES.has(name)) return undefined;
      let stub = stubs.get(name);
      if (stub === undefined) stubs.set(name, (stub = createStub(url, name)));
      return stub;
    },
    has: (_target, name) => typeof name === 'string' && !PROBES.has(name),
    set: () => false,
    defineProperty: () => false,
  }) as TasksOf<M>;
}

function createStub(url: string, name: string): AnyFunction {
  const stub = async (...args: unknown[]): Promise<unknown> => {
    const loaded: LoadedFunction = await loadLater(referenceOf(stub) as FunctionReference);
    return loaded(...args);
  };
  Object.defineProperty(stub, 'name', { value: name, configurable: true });
  registerReference(stub, url, name);
  return stub;
}
