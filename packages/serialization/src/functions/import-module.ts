/** Loads a module by its URL. */
import { requireModule } from './module-at.js';

/**
 * Imports a module. Code of a `node:vm` context cannot import when its context has no loader, as in a test that Jest runs as CommonJS.
 * The module is then required there, so its classes are those that the test requires.
 *
 * @param module - its absolute URL
 * @throws the module's own error
 */
export async function importModule(module: string): Promise<Record<string, unknown>> {
  try {
    return (await import(module)) as Record<string, unknown>;
  } catch (problem) {
    const { code } = (problem ?? {}) as { code?: unknown };
    if (typeof code !== 'string' || !code.startsWith('ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING')) throw problem;
    return requireModule(module) as Record<string, unknown>;
  }
}
