/** What a worker takes for exports that a function captures: see module-exports.ts. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { SerializationError } from '@heddle/futures/errors';

type Exports = Readonly<Record<string, unknown>>;

const require = createRequire(import.meta.url);
/** One for a module, as it is one variable where it comes from. */
const wrappers = new Map<string, unknown>();

/**
 * Requires a module.
 *
 * @param module - `node:fs`, or the URL of a file
 * @param wrapper - what a compiler put around its exports
 * @throws SerializationError when it can't be loaded here
 */
export function moduleAt(module: string, wrapper: 'default' | 'namespace' | undefined): unknown {
  const exports = load(module);
  if (wrapper === undefined) return exports;
  const key = `${wrapper} ${module}`;
  let made = wrappers.get(key);
  if (made === undefined) wrappers.set(key, (made = wrap(exports as Exports, wrapper)));
  return made;
}

function load(module: string): unknown {
  try {
    return require(module.startsWith('file:') ? fileURLToPath(module) : module);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SerializationError(
      `${module}, whose exports the function captures, can't be loaded in the worker: ${why}; pass what the function needs of it as an argument`,
      { cause },
    );
  }
}

function wrap(exports: Exports, wrapper: 'default' | 'namespace'): object {
  if (wrapper === 'default') return { default: exports };
  const namespace = {};
  for (const key of Object.getOwnPropertyNames(exports)) {
    if (key === 'default' || key === '__proto__' || (typeof exports === 'function' && ['prototype', 'length', 'name'].includes(key)))
      continue;
    Object.defineProperty(namespace, key, { enumerable: true, get: () => exports[key] });
  }
  return Object.defineProperty(namespace, 'default', { enumerable: true, value: exports });
}
