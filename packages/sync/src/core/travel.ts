/**
 * How objects travel: by the static methods that `serializable` of `@heddle/serialization` looks for. Their symbols every realm
 * has, so that nothing of it is loaded with a lock.
 */
import { SerializationError } from '@heddle/futures/errors';
import { inTransit, nameWords, type Words } from './layout.js';
import { Monitor, type Kind } from './monitor.js';
import { markReceived } from './others.js';

export const encodeKey: unique symbol = Symbol.for('heddle.encode') as never;
export const decodeKey: unique symbol = Symbol.for('heddle.decode') as never;
export const moduleKey: unique symbol = Symbol.for('heddle.module') as never;

/** How far a value goes, as `encode` is told. */
export type Destination = 'thread' | 'process';

const nameLength = 4;

/** Objects of this realm that others have too, by the name of their memory: what comes back is what went. */
const objects = new Map<string, WeakRef<object>>();
const collected = new FinalizationRegistry<string>((name) => {
  if (objects.get(name)?.deref() === undefined) objects.delete(name);
});

/** The memory of an object that is to be given to another thread. @throws SerializationError when it is to leave the process */
export function memoryOf(monitor: Monitor, object: object, destination: Destination): Words {
  const { name } = monitor.kind;
  if (destination === 'process') {
    throw new SerializationError(
      `a ${name} is memory that the threads of one process share; another process can't see it: use threads, or talk to the process through a Queue of @heddle/processes`,
    );
  }
  const { words } = monitor;
  if (!monitor.isShared) words.set(crypto.getRandomValues(new Int32Array(nameLength)), nameWords);
  monitor.share();
  remember(memoryName(words), object);
  return words;
}

/** The memory that the next monitor stands on. */
let arriving: Words | undefined;

/** The object that stands on a memory here. @param create - makes it, on the memory that arrived, when there is none yet */
export function objectOn<T extends object>(words: Words, create: () => T): T {
  const name = memoryName(words);
  const known = objects.get(name)?.deref();
  if (known !== undefined) {
    markReceived(words);
    return known as T;
  }
  arriving = words;
  try {
    const made = create();
    remember(name, made);
    markReceived(words); // after its monitor has taken a slot
    return made;
  } finally {
    arriving = undefined;
  }
}

/** A monitor for a new object, or for one that arrived: that is shared already. */
export function createMonitor(kind: Kind): Monitor {
  const words = arriving;
  arriving = undefined;
  const monitor = new Monitor(kind, words);
  if (words !== undefined) receive(monitor);
  return monitor;
}

/** A monitor on memory that arrived takes its slot. */
export function receive(monitor: Monitor): void {
  // Without a slot nobody knows that this thread has it: it stays in transit.
  if (!monitor.tryJoin()) Atomics.add(monitor.words, inTransit, 1);
}

function remember(name: string, object: object): void {
  if (objects.get(name)?.deref() === object) return;
  objects.set(name, new WeakRef(object));
  collected.register(object, name);
}

/** The name of a shared memory. It is the same in all threads. */
export function memoryName(words: Words): string {
  return words.subarray(nameWords, nameWords + nameLength).join();
}
