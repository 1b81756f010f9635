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
  return wrapper === 'default' ? { default: exports } : namespaceOf(exports, exports);
}

/** All that is exported, and as `default` what is given; the names of that, too, as far as they are free. */
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
