/** Tells the objects that Node gives to a CommonJS module from variables of the same names, by their values. */
import { fileURLToPath } from 'node:url';
import { requireOfNode } from '../require-of-node.js';

/** Tells whether a value is Node's `require`, or that of a program which runs modules in Node's place, as Jest does. */
export function isNodeRequire(value: unknown): boolean {
  return typeof value === 'function' && typeof (value as { resolve?: unknown }).resolve === 'function' && 'cache' in value;
}

/** Tells whether a value is the `module` of a CommonJS module. */
export function isCommonJsModule(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'exports' in value && 'filename' in value && 'loaded' in value && 'children' in value
  );
}

/** Tells whether a value is the `exports` of the module in a file. */
export function isCommonJsExports(value: unknown, url: string): boolean {
  try {
    const file = url.startsWith('file:') ? fileURLToPath(url) : url;
    return requireOfNode.cache[file]?.exports === value;
  } catch {
    return false;
  }
}
