/**
 * The modules that a value from a less trusted place may have loaded here: those that this program has named itself, by `task`,
 * `tasksOf`, `serializable` or `allowModule`, or has sent. What a worker process answers with names modules too, and loading one
 * runs it.
 */
import { isBuiltin } from 'node:module';
import { SerializationError } from '@heddle/futures/errors';
import type { FunctionDescriptor } from '../functions/function-descriptor.js';
import { moduleUrl } from '../functions/module-url.js';
import { shared } from '../values/shared.js';

/**
 * How far who sent a value is trusted: `code` may have any code loaded and made here, as the two ends of one program may;
 * `known code` may have functions made here, and loads only what this program knows; `data` neither.
 */
export type Trust = 'code' | 'known code' | 'data';

const known = shared('knownModules', () => new Set<string>());

/** This program has named a module. @param module - its absolute URL */
export function knowModule(module: string): void {
  known.add(module);
}

/** This program sends a function: what it needs may come back. */
export function knowModulesOf(descriptor: FunctionDescriptor): void {
  if (descriptor.kind === 'reference') knowModule(descriptor.module);
  else if (descriptor.kind === 'source') for (const { specifier } of descriptor.imports) known.add(importKey(specifier, descriptor.url));
}

/**
 * Lets values from worker processes, pipes and queues between processes load a module here: the classes of instances, and
 * functions by reference, that it exports. Modules that this program registered by {@link serializable}, {@link task} or
 * {@link tasksOf}, or that it has sent, are allowed already.
 *
 * @param module - `import.meta.url`, a URL, or an absolute path
 * @throws TypeError when it is no absolute address
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

/** Whether a module may be loaded. @param module - its absolute URL */
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

/** Why something that arrived is not made. */
export function notKnown(what: string, module: string): SerializationError {
  return new SerializationError(
    `${what} can't be made here: it needs ${module}, which this program has neither registered nor sent, and what another process sends loads nothing else; ` +
      "import the module here, or allow it: allowModule(module), or { resultModules: 'any' } for a pool whose workers are trusted",
  );
}

function importKey(specifier: string, from: string | undefined): string {
  return `${specifier}\n${from ?? ''}`;
}
