/** Classes of instances that arrive: known here, or to be loaded from their module first. */
import { SerializationError } from '@heddle/futures/errors';
import { addClass, classById, describeClass, type ClassReference, type RegisteredClass } from './class-registry.js';
import { isClasses } from './records.js';
import { shared } from './shared.js';

/** Why a class is not here though its module was to be loaded; by id. */
const failures = shared('serializableFailures', () => new Map<string, { readonly error: unknown }>());

/**
 * Loads the classes that {@link decodeValue} needs for a value that arrived with `encoded` set.
 *
 * @returns `undefined` when all of them are here (most often): decode at once; else a promise, which never rejects: what
 *   could not be loaded is told by `decodeValue`
 */
export function loadClasses(value: unknown): Promise<void> | undefined {
  const list = isClasses(value) ? value : Array.isArray(value) && isClasses(value[0]) ? value[0] : undefined;
  const missing = list?.classes.filter(({ id, module }) => module !== undefined && classById(id) === undefined);
  if (missing === undefined || missing.length === 0) return undefined;
  return Promise.all(missing.map(loadClass)).then(() => undefined);
}

async function loadClass(reference: ClassReference): Promise<void> {
  const { id, module, name, isCoded } = reference;
  try {
    const namespace = (await import(module ?? '')) as Record<string, unknown>;
    failures.delete(id);
    if (classById(id) !== undefined) return;
    const exported = namespace[name];
    // A class of another's module, registered in the caller only, or one that tells by static methods.
    if (typeof exported !== 'function') return;
    const registered = describeClass(exported, module, { name });
    if (registered.isCoded === isCoded) addClass(registered);
  } catch (error) {
    failures.set(id, { error });
  }
}

/**
 * The class that a message names.
 *
 * @throws SerializationError when it is not known here, or known otherwise
 */
export function knownClass({ id, name, module, isCoded }: ClassReference): RegisteredClass {
  const known = classById(id);
  if (known?.isCoded === isCoded) return known;
  const what = `an instance of class ${name} can't be made here`;
  if (known !== undefined) {
    const [there, here] = isCoded ? ['with', 'without'] : ['without', 'with'];
    throw new SerializationError(`${what}: it was sent by a class registered ${there} encode and decode, and is registered ${here} them here; register it alike on both sides`);
  }
  const failure = failures.get(id);
  if (failure !== undefined) {
    const why = failure.error instanceof Error ? failure.error.message : String(failure.error);
    throw new SerializationError(`${what}: its module ${String(module)} could not be loaded: ${why}`, { cause: failure.error });
  }
  throw new SerializationError(
    module === undefined
      ? `${what}: no class is registered as "${id}"; register it on this side too, e.g. in the executor's initializer or in a module that the task imports, ` +
        'or by its module, which is then imported: serializable(import.meta.url, Class)'
      : `${what}: its module ${module} was loaded and neither registers it nor exports a class ${name}${isCoded ? ' with static [serializable.encode] and [serializable.decode]' : ''}; ` +
        'call serializable(import.meta.url, Class) there, when it is loaded, and export the class under its name',
  );
}
