/**
 * How objects travel: through the static methods that `serializable` of `@heddle/serialization` looks for. Their symbols are the same in
 * every realm, so a lock loads nothing of that package for them.
 */
import { SerializationError, bundleProblem } from '@heddle/futures/errors';
import { inTransit, nameWords, type Words } from './layout.js';
import { Monitor, type Kind } from './monitor.js';
import { markReceived } from './others.js';

export const encodeKey: unique symbol = Symbol.for('heddle.encode') as never;
export const decodeKey: unique symbol = Symbol.for('heddle.decode') as never;
export const moduleKey: unique symbol = Symbol.for('heddle.module') as never;

/** How far a value goes: the argument of an `encode` method. */
export type Destination = 'thread' | 'process';

const nameLength = 4;

/** The objects of this realm that other threads have too, by the name of their memory. An object that comes back is the same object. */
const objects = new Map<string, WeakRef<object>>();
const collected = new FinalizationRegistry<string>((name) => {
  if (objects.get(name)?.deref() === undefined) objects.delete(name);
});

/** @returns the memory of an object, shared from now on. @throws SerializationError when it would leave the process */
export function memoryOf(monitor: Monitor, object: object, destination: Destination): Words {
  const { name } = monitor.kind;
  if (destination === 'process') {
    throw new SerializationError(
      `a ${name} is memory that the threads of one process share; another process can't see it: use threads, or talk to the process through a Queue of @heddle/processes`,
    );
  }
  const problem = bundleProblem(import.meta.url, 'sync/dist/bundle/', `a ${name}`);
  if (problem !== undefined) throw new SerializationError(problem);
  const { words } = monitor;
  if (!monitor.isShared) words.set(crypto.getRandomValues(new Int32Array(nameLength)), nameWords);
  monitor.share();
  remember(memoryName(words), object);
  return words;
}

/** The memory for the next monitor. */
let arriving: Words | undefined;

/** @returns the object on a memory in this realm. @param create - makes it on the memory that arrived, when there is none yet */
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
    markReceived(words); // Only after its monitor has taken a slot.
    return made;
  } finally {
    arriving = undefined;
  }
}

/** Creates the monitor of a new object, or of one that arrived, which is shared already. */
export function createMonitor(kind: Kind): Monitor {
  const words = arriving;
  arriving = undefined;
  const monitor = new Monitor(kind, words);
  if (words !== undefined) receive(monitor);
  return monitor;
}

/** Takes a slot for the monitor of a memory that arrived. */
export function receive(monitor: Monitor): void {
  // Without a slot no other thread knows that this one has it, so it counts as in transit for ever.
  if (!monitor.tryJoin()) Atomics.add(monitor.words, inTransit, 1);
}

function remember(name: string, object: object): void {
  if (objects.get(name)?.deref() === object) return;
  objects.set(name, new WeakRef(object));
  collected.register(object, name);
}

/** @returns the name of a shared memory, the same in all threads */
export function memoryName(words: Words): string {
  return words.subarray(nameWords, nameWords + nameLength).join();
}
