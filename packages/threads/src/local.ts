import { threadId } from 'node:worker_threads';
import { show } from '@heddle/futures/authors';
import { decodeValue, encodeValue, serializable } from '@heddle/serialization';
import { shared } from '@heddle/serialization/worker';
import { checkBundle } from './check-bundle.js';

/** The data of a storage that all threads share. */
interface LocalFacts {
  /** The id of the storage: the same in all threads, and unique. */
  readonly id: string;
  /** The fields that the storage begins with in each thread. */
  readonly initial: object;
}

interface Locals {
  made: number;
  /**
   * The storages of this thread, by id. A storage made here can be collected. One that has arrived lasts as long as the
   * thread.
   */
  readonly here: Map<string, { deref(): LocalStorage | undefined }>;
  readonly dropped: FinalizationRegistry<string>;
}

const locals: Locals = shared('threadLocals', () => {
  const here = new Map<string, { deref(): LocalStorage | undefined }>();
  return { made: 0, here, dropped: new FinalizationRegistry((id) => here.delete(id)) };
});

class LocalStorage {
  readonly #facts: LocalFacts;

  constructor(id: string, initial: object) {
    this.#facts = { id, initial };
    Object.assign(this, copyOf(initial));
  }

  static {
    serializable(import.meta.url, LocalStorage, {
      encode: (storage: LocalStorage): LocalFacts => {
        checkBundle('an object of local()');
        return storage.#facts;
      },
      decode: ({ id, initial }: LocalFacts) => locals.here.get(id)?.deref() ?? arrived(id, initial),
    });
  }
}

/**
 * Makes an object whose fields each thread has for itself, as `threading.local()`. Give it to threads as an argument or
 * a capture. In each thread it is that thread's object, the same one each time. The tasks of a pool's worker share the
 * object of that worker.
 *
 * The variables of a module are each thread's own in any case; `local` is for objects that travel.
 *
 * @param values - the fields that the object begins with in each thread: a copy, as they are now. In Python you write a
 *   subclass with `__init__` for that
 * @throws TypeError when `values` is not an object; SerializationError when it cannot travel
 * @example
 * ```ts
 * import { Thread, local } from '@heddle/threads';
 *
 * const mine = local({ count: 1 });
 * mine.count = 10;
 * const thread = new Thread({ target: () => (mine.count += 1) });
 * thread.start();
 * console.log(await thread.result(), mine.count); // 2 10
 * ```
 */
export function local<T extends object>(values?: T): T {
  if (values !== undefined && (typeof values !== 'object' || (values as unknown) === null || Array.isArray(values)))
    throw new TypeError(`local: values must be an object, got ${show(values)}`);
  const initial = copyOf(values ?? {});
  const id = `${String(process.pid)}.${String(threadId)}.${String(++locals.made)}`;
  const storage = new LocalStorage(id, initial);
  locals.here.set(id, new WeakRef(storage));
  locals.dropped.register(storage, id);
  return storage as object as T;
}

function arrived(id: string, initial: object): LocalStorage {
  const storage = new LocalStorage(id, initial);
  locals.here.set(id, { deref: () => storage });
  return storage;
}

function copyOf(values: object): object {
  const { value, encoded } = encodeValue(values, 'values', false, 'thread');
  return encoded ? (decodeValue(value, 'code') as object) : value;
}
