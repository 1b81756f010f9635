/** The common parts of the two walks over a value, copy.ts and scan.ts: limits, how a walk gives up, and the objects to move. */
import { types } from 'node:util';
import { constructorName } from './constructor-name.js';
import { Refusal, isRefusal, pathKey } from './refusal.js';
import { hasTransferMarks, transferListOf } from './transfer.js';

/** How far a value goes. Another thread can share memory and receive handles; another process cannot. */
export type Destination = 'thread' | 'process';

/** How much a copy copies. 'small' gives up (GivesUp) on large values; 'live' refers to the user's binary data; 'all' copies everything. */
export type CopyExtent = 'small' | 'live' | 'all';

/** The deepest nesting of a value. Beyond it, structured clone itself runs out of stack. */
export const deepest = 1000;
/** The deepest nesting of what is sent, records included. The readers of process channels refuse 1,500 levels (check-body.ts). */
export const deepestSent = 1450;

/** Thrown by a walk that gives up, so that another kind of walk begins. Its instances are made once, since they carry no details. */
export class GivesUp extends Error {}
export const tooLarge: GivesUp = new GivesUp('too large to copy');
export const needsCopy: GivesUp = new GivesUp('must be replaced, so must be copied');

/** The refusal of a value that is nested deeper than {@link deepest}. */
export function tooDeep(): Refusal {
  return new Refusal(`it is nested more than ${String(deepest)} deep; structured clone can't carry that: flatten it`);
}

/** The refusal of a value that would be sent deeper than {@link deepestSent}. An error or an instance takes two levels. */
export function tooDeepSent(): Refusal {
  return new Refusal(
    `with its errors, class instances and functions it is sent more than ${String(deepestSent)} levels deep, which nobody could read: flatten it, e.g. into an array`,
  );
}

/**
 * Refuses memory that was moved before. Structured clone would accept it for a second move, but the receiver would fail, and lose
 * everything else in the same message.
 */
export function checkAttached(value: object): void {
  if (!types.isArrayBuffer(value) || value.byteLength > 0) return;
  try {
    new Uint8Array(value);
  } catch {
    throw new Refusal('its memory was moved before, by transfer, and is no longer here; pass a copy, or move it only once');
  }
}

/** The refusal of an object that another thread could receive, but another process cannot. */
export function cannotLeaveProcess(value: object): Refusal {
  const name = constructorName(value) || 'an object';
  if (types.isSharedArrayBuffer(value)) {
    return new Refusal(
      "a SharedArrayBuffer can't be shared with another process; pass a copy, e.g. new Uint8Array(shared).slice(), or use threads",
    );
  }
  return new Refusal(`a ${name} can't leave its process; pass the data in it (bytes, text, a path), or use threads`);
}

/** Refuses a view of shared memory on its way to another process. */
export function checkOwnMemory({ buffer }: ArrayBufferView): void {
  if (types.isSharedArrayBuffer(buffer)) throw cannotLeaveProcess(buffer);
}

/** Collects the objects that `transfer` marked among the values of a walk. */
export class TransferNotes {
  /** The objects to move. */
  transfer: object[] | undefined;
  /** The marked values. Their marks are cleared when the message is sent. */
  marked: object[] | undefined;
  readonly #mayMove = hasTransferMarks();
  readonly #destination: Destination;

  constructor(destination: Destination) {
    this.#destination = destination;
  }

  note(value: object): void {
    if (!this.#mayMove) return;
    const list = transferListOf(value);
    if (list === undefined) return;
    (this.marked ??= []).push(value);
    for (const each of list) {
      checkAttached(each);
      if (this.#destination === 'process' && !types.isArrayBuffer(each)) throw cannotLeaveProcess(each);
      if (!this.has(each)) (this.transfer ??= []).push(each);
    }
  }

  has(value: object): boolean {
    return this.transfer?.includes(value) === true;
  }

  /** Moves another object instead. */
  replace(value: object, moved: object): void {
    this.transfer?.splice(this.transfer.indexOf(value), 1, moved);
  }
}

/** The text of a Map's key in a path. */
export function mapKey(key: unknown): string {
  if (typeof key === 'object' && key !== null) return 'get(an object)';
  return `get(${typeof key === 'string' ? JSON.stringify(key) : String(key)})`;
}

/** The text of an array's key in a path. */
export function indexOrName(key: string): string | number {
  return /^\d+$/.test(key) ? Number(key) : key;
}

/** Adds the key that leads to a problem to its path. */
export function below(problem: unknown, key: string | number): Error {
  if (problem instanceof GivesUp) return problem;
  const refusal = isRefusal(problem) ? problem : new Refusal(unreadable(problem), problem);
  refusal.keys.push(typeof key === 'string' && key.startsWith('get(') ? `.${key}` : pathKey(key));
  return refusal;
}

/** Adds to the path of a problem that it is in the result of `encode`. */
export function belowEncoded(problem: unknown): Error {
  if (problem instanceof GivesUp) return problem;
  const refusal = isRefusal(problem) ? problem : new Refusal(unreadable(problem), problem);
  refusal.keys.push('.encode()');
  return refusal;
}

/** The refusal of a value that threw while it was read. */
export function unreadable(problem: unknown): string {
  if (problem instanceof RangeError && /call stack/i.test(problem.message)) return 'it is nested too deep for structured clone: flatten it';
  return 'reading it threw (see cause); pass a value without that getter';
}
