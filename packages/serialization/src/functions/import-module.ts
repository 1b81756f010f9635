/** Loads a module by its URL. */
import { extname } from 'node:path';

import { requireOfNode } from '../require-of-node.js';
import { requireModule } from './module-at.js';

/** `import()` can't load a file of TypeScript. Nothing of it has run. */
const notLoaded = ['ERR_UNKNOWN_FILE_EXTENSION', 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'];

/**
 * Imports a module, or requires it in these cases:
 *
 * - Code of a `node:vm` context cannot import when its context has no loader, as in a test that Jest runs as CommonJS. A module that is
 *   required there has the classes that the test requires.
 * - `node -r ts-node/register` teaches `require` to load TypeScript, but not `import()`.
 *
 * @param module - its absolute URL
 * @throws the module's own error
 */
export async function importModule(module: string): Promise<Record<string, unknown>> {
  try {
    return (await import(module)) as Record<string, unknown>;
  } catch (problem) {
    const { code } = (problem ?? {}) as { code?: unknown };
    if (typeof code !== 'string') throw problem;
    if (notLoaded.includes(code) && canRequire(module)) return requireOr(problem, module);
    if (!code.startsWith('ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING')) throw problem;
    return requireModule(module) as Record<string, unknown>;
  }
}

function canRequire(module: string): boolean {
  return module.startsWith('file:') && extname(module) in (requireOfNode as { readonly extensions: object }).extensions;
}

/** Requires a module. When `require` can't load it either, the error of `import()` says more. */
function requireOr(problem: unknown, module: string): Record<string, unknown> {
  try {
    return requireModule(module) as Record<string, unknown>;
  } catch (failure) {
    const { code, name } = (failure ?? {}) as { code?: unknown; name?: unknown };
    const isRefused = name === 'SyntaxError' || code === 'ERR_REQUIRE_ESM' || notLoaded.includes(String(code));
    throw isRefused ? problem : failure;
  }
}
