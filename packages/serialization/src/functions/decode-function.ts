/** Rebuilds functions that arrive: see encode-function.ts. */
import { SerializationError } from '@heddle/futures/errors';
import { shared } from '../values/shared.js';
import { atBuiltinPath } from './builtin-path.js';
import type { LoadedFunction } from './function-descriptor.js';
import { factoryOf, knownFactory } from './function-factories.js';
import { giveMembers } from './function-members.js';
import type { FunctionRecord, GlobalRecord } from './function-record.js';
import { registerReference } from './function-reference.js';
import { atGlobalPath } from './global-path.js';
import { loadFunction } from './load-function.js';
import { moduleAt } from './module-at.js';

/** Functions that were decoded and are still loading. The decoding code waits for them before they can be called. */
const pending = shared('pendingFunctions', () => ({ loads: [] as Promise<unknown>[] }));

/** Classes that are being made, by their records, with callbacks for when they are made. The captures of a class may lead back to it. */
const making = new Map<unknown, ((made: LoadedFunction) => void)[]>();

/** Tells whether a record's class is being made; if so, `put` is called once it is made. */
export function isBeingMade(record: unknown, put: (made: LoadedFunction) => void): boolean {
  const waiting = making.size === 0 ? undefined : making.get(record);
  waiting?.push(put);
  return waiting !== undefined;
}

/** A promise to await before the functions that were just decoded may be called; `undefined` when they can be called now. */
export function takePendingLoads(): Promise<unknown> | undefined {
  if (pending.loads.length === 0) return undefined;
  return Promise.all(pending.loads.splice(0));
}

/** Returns what a 'global' record names: a function, an object that every realm has, or a module's exports. */
export function decodeGlobal({ path, module, wrapper }: GlobalRecord): unknown {
  if (module !== undefined && path.length === 0) return moduleAt(module, wrapper);
  const value = module === undefined ? atGlobalPath(path) : atBuiltinPath({ module, path });
  if (value === undefined)
    throw new SerializationError(`there is no ${[...path].join('.')}${module === undefined ? '' : ` of ${module}`} here`);
  return value;
}

/**
 * Rebuilds a function.
 *
 * @param decode - decodes the record of the captures, in place
 * @param register - called with the function as soon as it exists, since its captures may refer to it
 */
export function decodeFunction(
  record: FunctionRecord,
  decode: (captures: object) => void,
  register: (fn: LoadedFunction) => void,
): LoadedFunction {
  const { descriptor, captures } = record;
  if (typeof descriptor !== 'string' && descriptor.kind === 'reference') {
    const fn = loadedLater(descriptor.name, Promise.resolve(loadFunction(descriptor)));
    registerReference(fn, descriptor.module, descriptor.name); // It may travel on.
    register(fn);
    return fn;
  }
  if (typeof descriptor !== 'string' && descriptor.kind === 'global')
    throw new SerializationError('protocol: a global arrived as a function with captures');
  const factory = typeof descriptor === 'string' ? knownFactory(descriptor) : factoryOf(descriptor);
  if (factory === undefined) throw new SerializationError(`protocol: a function arrived without its text (${JSON.stringify(descriptor)})`);
  const { make, fill } = factory.instance();
  if (factory.isClass) {
    const waiting: ((made: LoadedFunction) => void)[] = [];
    making.set(record, waiting);
    try {
      decode(captures);
    } finally {
      making.delete(record);
    }
    if (factory.loading !== undefined)
      throw new SerializationError(
        `class "${factory.descriptor.name}" uses what its module imports, which isn't loaded yet here; mark it with serializable(import.meta.url, ...), or import() it in the task`,
      );
    fill(captures);
    const made = make();
    register(made);
    for (const put of waiting) put(made);
    if (waiting.length > 0) fill(captures);
    fillLater(fill, captures);
    return made;
  }
  const fn = make();
  register(fn);
  decode(captures);
  fill(captures);
  fillLater(fill, captures);
  if (record.members !== undefined) {
    decode(record.members);
    giveMembers(fn, record.members);
  }
  if (factory.loading !== undefined)
    pending.loads.push(
      factory.loading.then(() => {
        fill(captures);
      }),
    );
  return fn;
}

/** Fills the captures again once the classes that are being made exist. */
function fillLater(fill: (captures: Record<string, unknown>) => void, captures: Record<string, unknown>): void {
  for (const waiting of making.values())
    waiting.push(() => {
      fill(captures);
    });
}

function loadedLater(name: string, loading: Promise<LoadedFunction>): LoadedFunction {
  let loaded: LoadedFunction | undefined;
  pending.loads.push(
    loading.then((fn) => {
      loaded = fn;
    }),
  );
  const fn = function (this: unknown, ...args: unknown[]): unknown {
    if (loaded === undefined) throw new SerializationError(`function "${name}" is still being loaded`);
    return Reflect.apply(loaded, this, args);
  };
  Object.defineProperty(fn, 'name', { value: name, configurable: true });
  return fn;
}
