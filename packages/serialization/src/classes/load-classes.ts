/** Finds the classes of instances that arrive. They are known in this realm, or are loaded from their module first. */
import { SerializationError, standInOf } from '@heddle/futures/errors';
import type { FunctionSource } from '../functions/function-descriptor.js';
import { factoryOf } from '../functions/function-factories.js';
import { importModule } from '../functions/import-module.js';
import { isClasses } from '../values/records.js';
import { shared } from '../values/shared.js';
import { makeClass } from './class-code.js';
import { addClass, classById, describeClass, type ClassReference, type RegisteredClass } from './class-registry.js';
import { checkMayLoad, mayLoad, notKnown, type Trust } from './known-modules.js';

/** By id: why a class is missing although its module should have been loaded. */
const failures = shared('serializableFailures', () => new Map<string, { readonly error: unknown } | 'not known'>());

/**
 * Loads the classes that {@link decodeValue} needs for a value that arrived with `encoded` set.
 *
 * @param trust - as for {@link decodeValue}; with less than `code` only modules that this program has named or sent are loaded
 * @returns `undefined` when all classes are known, as in most cases: decode at once. Otherwise a promise, which never rejects:
 *   `decodeValue` reports a class that could not be loaded
 */
export function loadClasses(value: unknown, trust: Trust = 'code'): Promise<void> | undefined {
  const list = isClasses(value) ? value : Array.isArray(value) && isClasses(value[0]) ? value[0] : undefined;
  const loads = list?.classes.map((each) => loadOf(each, trust)).filter((each) => each !== undefined) ?? [];
  return loads.length === 0 ? undefined : Promise.all(loads).then(() => undefined);
}

function loadOf(reference: ClassReference, trust: Trust): Promise<void> | undefined {
  const { id, module, code, text } = reference;
  if (text !== undefined) return importsOf(text, trust);
  if (classById(id) !== undefined) return undefined;
  if (code !== undefined) return loadClasses(code, trust);
  if (module === undefined) return undefined;
  if (mayLoad(module, trust)) return loadClass(reference);
  failures.set(id, 'not known');
  return undefined;
}

/** Loads the imports of a class's text. Errors are reported when the class is made. */
function importsOf(text: FunctionSource, trust: Trust): Promise<void> | undefined {
  try {
    checkMayLoad(text, trust);
    return factoryOf(text).loading?.catch(() => undefined);
  } catch {
    return undefined;
  }
}

/** A module's exports. Those of Heddle's packages are stand-ins: a package registers its classes when its code is loaded. */
function exportsOf(module: string, namespace: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const standIns = Object.values(namespace).map((value) => (typeof value === 'function' ? standInOf(value) : undefined));
  return standIns.find((each) => each?.module === module)?.loadAll() ?? namespace;
}

async function loadClass(reference: ClassReference): Promise<void> {
  const { id, module = '', name, isCoded } = reference;
  try {
    const namespace = exportsOf(module, await importModule(module));
    failures.delete(id);
    if (classById(id) !== undefined) return;
    const exported = namespace[name];
    // The module has not registered the class: only the caller has, for a module of another author, or static methods describe it.
    if (typeof exported !== 'function') return;
    const registered = describeClass(exported, module, { name });
    if (registered.isCoded === isCoded) addClass(registered);
  } catch (error) {
    failures.set(id, { error });
  }
}

/**
 * Returns the class that a message names.
 *
 * @param decode - decodes its code, when it comes as code
 * @throws SerializationError when the class is unknown here, or registered in another way
 */
export function knownClass(reference: ClassReference, decode: (code: unknown) => unknown): RegisteredClass {
  const { id, name, module, isCoded, code, refusal } = reference;
  const known = classById(id) ?? (code === undefined ? undefined : makeClass(reference, decode));
  if (known?.isCoded === isCoded) return known;
  const what = `an instance of class ${name} can't be made here`;
  if (known !== undefined) {
    const [there, here] = isCoded ? ['with', 'without'] : ['without', 'with'];
    throw new SerializationError(
      `${what}: it was sent by a class registered ${there} encode and decode, and is registered ${here} them here; register it alike on both sides`,
    );
  }
  const failure = failures.get(id);
  if (failure === 'not known') throw notKnown(`an instance of class ${name}`, String(module));
  if (failure !== undefined) {
    const why = failure.error instanceof Error ? failure.error.message : String(failure.error);
    throw new SerializationError(`${what}: its module ${String(module)} could not be loaded: ${why}`, { cause: failure.error });
  }
  throw new SerializationError(
    module === undefined
      ? `${what}: no class is registered as "${id}"${refusal === undefined ? '' : `, and it can't travel as code: ${refusal}`}; register it on this side too, e.g. in the executor's initializer or in a module that the task imports, ` +
          'or by its module, which is then imported: serializable(import.meta.url, Class)'
      : `${what}: its module ${module} was loaded and neither registers it nor exports a class ${name}${isCoded ? ' with static [serializable.encode] and [serializable.decode]' : ''}; ` +
          'call serializable(import.meta.url, Class) there, when it is loaded, and export the class under its name',
  );
}
