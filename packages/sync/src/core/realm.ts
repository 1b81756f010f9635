/**
 * The duties of this thread for its objects, besides their operations. It keeps the objects that it awaits, checks them from time to time,
 * and gives up its slots when it ends.
 */
import { isMainThread } from 'node:worker_threads';
import { nextPause, pauses } from './pauses.js';

/** The part of Monitor that is used here. */
interface Participant {
  /** Checks whether a thread that has the object has died. */
  patrol(): void;
  /** Tells whether no other thread has the object. */
  isAlone(): boolean;
  /** Called when this thread ends. */
  depart(): void;
}

/** The shared objects that something here awaits. Possibly nothing else here refers to them. */
const awaited = new Set<Participant>();
/** The objects in which other threads know this one. */
const joined = new Set<WeakRef<Participant>>();
let timer: ReturnType<typeof setTimeout> | undefined;
let { firstMs: pauseMs } = pauses;
let isEndWatched = false;

/**
 * Called when something here awaits what another thread can bring about. It keeps the program alive until then, or until no other thread
 * has the object.
 */
export function keep(monitor: Participant): void {
  awaited.add(monitor);
  pauseMs = pauses.firstMs;
  timer ??= setTimeout(patrol, pauseMs);
}

export function letGo(monitor: Participant): void {
  awaited.delete(monitor);
  if (awaited.size > 0) return;
  clearTimeout(timer);
  timer = undefined;
}

function patrol(): void {
  pauseMs = nextPause(pauseMs);
  timer = setTimeout(patrol, pauseMs);
  for (const monitor of awaited) {
    monitor.patrol();
    if (monitor.isAlone()) letGo(monitor);
  }
}

/** Makes this thread give up its slot in the object when it ends. @returns a function that ends this */
export function join(monitor: Participant): () => void {
  if (!isEndWatched && !isMainThread) {
    isEndWatched = true;
    process.on('exit', sayGoodbye);
  }
  const reference = new WeakRef(monitor);
  joined.add(reference);
  return () => joined.delete(reference);
}

function sayGoodbye(): void {
  for (const reference of joined) reference.deref()?.depart();
}
