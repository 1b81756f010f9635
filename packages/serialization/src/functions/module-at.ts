/** Finds the exports that a function captures, in a worker: see module-exports.ts. */
import { fileURLToPath } from 'node:url';

import { SerializationError } from '@heddle/futures/errors';
import { requireOfNode } from '../require-of-node.js';

type Exports = Readonly<Record<string, unknown>>;

/** One wrapper for each module, since the caller has only one. */
const wrappers = new Map<string, unknown>();

/**
 * Requires a module.
 *
 * @param module - `node:fs`, or the URL of a file
 * @param wrapper - the object that a compiler put around its exports
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

/** Requires a module by its URL. @throws the module's own error */
export function requireModule(module: string): unknown {
  return requireOfNode(module.startsWith('file:') ? fileURLToPath(module) : module);
}

function load(module: string): unknown {
  try {
    return requireModule(module);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SerializationError(
      `${module}, whose exports the function captures, can't be loaded in the worker: ${why}; pass what the function needs of it as an argument`,
      { cause },
    );
  }
}

function wrap(exports: Exports, wrapper: 'default' | 'namespace'): object {
  return wrapper === 'default' ? { default: exports } : namespaceOf(exports, exports);
}

/** @returns an object with all exports, with `byDefault` as `default`, and with those names of `byDefault` that are free */
export function namespaceOf(exports: Exports, byDefault: unknown): object {
  const namespace = {};
  for (const holder of [exports, byDefault]) {
    if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null) continue;
    const ofFunction = typeof holder === 'function' ? ['prototype', 'length', 'name', 'arguments', 'caller'] : [];
    for (const key of Object.getOwnPropertyNames(holder)) {
      if (key === 'default' || key === '__proto__' || ofFunction.includes(key) || Object.hasOwn(namespace, key)) continue;
      Object.defineProperty(namespace, key, { enumerable: true, get: () => (holder as Exports)[key] });
    }
  }
  return Object.defineProperty(namespace, 'default', { enumerable: true, value: byDefault });
}
