/**
 * What this thread does for its objects besides their operations: it keeps those that it awaits, looks after them from time to
 * time, and says goodbye when it ends.
 */
import { isMainThread } from 'node:worker_threads';
import { nextPause, pauses } from './pauses.js';

/** A thread's end of a shared object: see Monitor. */
interface Participant {
  /** Looks whether a thread that has the object has died. */
  patrol(): void;
  /** Whether no other thread has the object. */
  isAlone(): boolean;
  /** This thread ends. */
  depart(): void;
}

/** Shared objects that somebody here awaits. It may be that nothing else here refers to them. */
const awaited = new Set<Participant>();
/** Objects in which others know this thread. */
const joined = new Set<WeakRef<Participant>>();
let timer: ReturnType<typeof setTimeout> | undefined;
let { firstMs: pauseMs } = pauses;
let isEndWatched = false;

/** Somebody here awaits something that another thread can bring about: the program goes on until then, or until no other thread has it. */
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

/** Others know of this thread now; when it ends they shall hear it. @returns ends that */
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
