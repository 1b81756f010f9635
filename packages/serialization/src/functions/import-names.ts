import nodeModule, { isBuiltin } from 'node:module';
import { Script } from 'node:vm';

import { SerializationError } from '@heddle/futures/errors';

import { requireOfNode } from '../require-of-node.js';
import type { FunctionSource, ImportedName } from './function-descriptor.js';
import { mainLoader } from './main-loader.js';
import { namespaceOf } from './module-at.js';
import { fromViteSpecifier } from './vite-specifier.js';

/**
 * Imports what the module around a function imports. Node's own modules are available at once.
 *
 * @returns the values by local name, or a promise of them, which rejects with the error of the import
 */
export function importNames({
  imports,
  url,
}: FunctionSource): Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>> {
  const values: Record<string, unknown> = {};
  const waits: Promise<void>[] = [];
  for (const each of imports) {
    if (each.imported === 'import()') values[each.local] = dynamicImport(url);
    else if (each.imported === 'require') values[each.local] = nodeModule.createRequire(url ?? process.execPath);
    else if (isBuiltin(each.specifier)) values[each.local] = ofBuiltin(each);
    else
      waits.push(
        importFrom(url, each.specifier).then((namespace) => {
          values[each.local] = pick(namespace, each);
        }),
      );
  }
  return waits.length === 0 ? values : Promise.all(waits).then(() => values);
}

function ofBuiltin({ specifier, imported }: ImportedName): unknown {
  const exports = requireOfNode(specifier) as Record<string, unknown>;
  if (imported === '* of Vite') return namespaceOf(exports, exports);
  return imported === '*' || imported === 'default' ? exports : exports[imported];
}

/** Imports a module as an `import()` in the script `url` would. */
function importFrom(url: string | undefined, specifier: string): Promise<Record<string, unknown>> {
  const options = { filename: url ?? '[heddle]', importModuleDynamically: mainLoader() };
  const load = new Script('(specifier) => import(specifier)', options).runInThisContext() as (
    specifier: string,
  ) => Promise<Record<string, unknown>>;
  return load(specifier);
}

function pick(namespace: Record<string, unknown>, { imported }: ImportedName): unknown {
  if (imported === '*') return namespace;
  if (imported === '* of Vite') return namespaceOf(namespace, namespace['default']);
  if (imported in namespace) return namespace[imported];
  const exports = namespace['default']; // Names of a CommonJS module that Node doesn't detect.
  return typeof exports === 'object' && exports !== null ? (exports as Record<string, unknown>)[imported] : undefined;
}

/** @returns `import()` as Vite's SSR transform calls it */
function dynamicImport(url: string | undefined): (specifier: unknown) => Promise<unknown> {
  return async (given) => {
    const specifier = fromViteSpecifier(String(given), url);
    if (specifier !== undefined) return importFrom(url, specifier);
    throw new SerializationError(
      `import(${JSON.stringify(given)}) in a worker: only Vite can load that module; import it before and pass what the task needs as an argument`,
    );
  };
}
