/**
 * The modules that a value from a less trusted sender may load here. They are those that this program has named by `task`, `tasksOf`,
 * `serializable` or `allowModule`, or has sent. The results of a worker process name modules, too, and loading a module runs its code.
 */
import { isBuiltin } from 'node:module';
import { SerializationError } from '@heddle/futures/errors';
import type { FunctionDescriptor } from '../functions/function-descriptor.js';
import { moduleUrl } from '../functions/module-url.js';
import { shared } from '../values/shared.js';

/**
 * How far the sender of a value is trusted. With `code`, the value may load and make any code here, as between the two ends of one
 * program. With `known code`, it may make functions here and load only modules that this program knows. With `data`, it may do neither.
 */
export type Trust = 'code' | 'known code' | 'data';

const known = shared('knownModules', () => new Set<string>());

/** Notes that this program has named a module. @param module - its absolute URL */
export function knowModule(module: string): void {
  known.add(module);
}

/** Notes that this program sends a function: the modules that it needs may come back. */
export function knowModulesOf(descriptor: FunctionDescriptor): void {
  if (descriptor.kind === 'reference') knowModule(descriptor.module);
  else if (descriptor.kind === 'source') for (const { specifier } of descriptor.imports) known.add(importKey(specifier, descriptor.url));
}

/**
 * Allows values from worker processes, and from pipes and queues between processes, to load a module here. They load it for the classes
 * of instances, and for functions by reference, that it exports. Modules that this program registered by {@link serializable},
 * {@link task} or {@link tasksOf}, or that it has sent, are allowed already.
 *
 * @param module - `import.meta.url`, a URL, or an absolute path
 * @throws TypeError when it is not an absolute address
 * @example
 * ```ts
 * import { allowModule } from '@heddle/serialization';
 *
 * allowModule(new URL('./orders.js', import.meta.url));
 * ```
 */
export function allowModule(module: string | URL): void {
  knowModule(moduleUrl(module, 'allowModule'));
}

/** Tells whether a module may be loaded. @param module - its absolute URL */
export function mayLoad(module: string, trust: Trust): boolean {
  return trust === 'code' || known.has(module) || module.startsWith('node:');
}

/** @throws SerializationError when a function needs a module that may not be loaded */
export function checkMayLoad(descriptor: FunctionDescriptor, trust: Trust): void {
  if (trust === 'code' || descriptor.kind === 'global') return;
  if (descriptor.kind === 'reference') {
    if (!mayLoad(descriptor.module, trust)) throw notKnown(`function "${descriptor.name}"`, descriptor.module);
    return;
  }
  for (const { specifier } of descriptor.imports) {
    if (!isBuiltin(specifier) && !known.has(importKey(specifier, descriptor.url)))
      throw notKnown(`function "${descriptor.name}" (${descriptor.url ?? 'of no module'})`, specifier);
  }
}

/** The error for a function or an instance that arrived and needs a module that may not be loaded. */
export function notKnown(what: string, module: string): SerializationError {
  return new SerializationError(
    `${what} can't be made here: it needs ${module}, which this program has neither registered nor sent, and what another process sends loads nothing else; ` +
      "import the module here, or allow it: allowModule(module), or { resultModules: 'any' } for a pool whose workers are trusted",
  );
}

function importKey(specifier: string, from: string | undefined): string {
  return `${specifier}\n${from ?? ''}`;
}
