import { threadId } from 'node:worker_threads';
import { show } from '@heddle/futures/authors';
import { decodeValue, encodeValue, serializable } from '@heddle/serialization';
import { shared } from '@heddle/serialization/worker';

/** What a storage has in each thread. */
interface LocalFacts {
  /** The same in all threads, and no other one's. */
  readonly id: string;
  /** What each thread begins with. */
  readonly initial: object;
}

interface Locals {
  made: number;
  /** This thread's, by id. Those made here last as long as somebody has them; those that arrived, as the thread. */
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
      encode: (storage: LocalStorage): LocalFacts => storage.#facts,
      decode: ({ id, initial }: LocalFacts) => locals.here.get(id)?.deref() ?? arrived(id, initial),
    });
  }
}

/**
 * An object whose fields each thread has for itself, as `threading.local()`. Give it to threads, as an argument or captured: there
 * it is the object of that thread, the same each time. The tasks of a pool's worker share its.
 *
 * What is in a module's variables is each thread's own anyway; this is for what travels.
 *
 * @param values - what it begins with in each thread: a copy, as they are now. Python has a subclass with `__init__` for that
 * @throws TypeError when they are no object; SerializationError when they can't travel
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
