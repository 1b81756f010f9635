/** What the two walks over a value share: limits, how they give up, and what is to be moved. */
import { types } from 'node:util';
import { constructorName } from './constructor-name.js';
import { Refusal, isRefusal, pathKey } from './refusal.js';
import { hasTransferMarks, transferListOf } from './transfer.js';

/** How far a value goes: another thread shares memory and can be given handles, another process can not. */
export type Destination = 'thread' | 'process';

/** 'small': gives up (GivesUp) on what is not; 'live': all, but binary data of the user's stays where it is; 'all'. */
export type CopyExtent = 'small' | 'live' | 'all';

/** Beyond this, structured clone itself runs out of stack. */
export const deepest = 1000;
/** And this deep may be what is sent of it, records included: the readers of process channels refuse 1,800 (check-body.ts). */
export const deepestSent = 1600;

/** Thrown by a walk that gives up, for another one to begin; made once, since they say nothing but which. */
export class GivesUp extends Error {}
export const tooLarge: GivesUp = new GivesUp('too large to copy');
export const needsCopy: GivesUp = new GivesUp('must be replaced, so must be copied');

/** Why what is nested deeper than {@link deepest} can't travel. */
export function tooDeep(): Refusal {
  return new Refusal(`it is nested more than ${String(deepest)} deep; structured clone can't carry that: flatten it`);
}

/** Why what would be sent deeper than {@link deepestSent} can't travel: an error or an instance takes two levels. */
export function tooDeepSent(): Refusal {
  return new Refusal(
    `with its errors, class instances and functions it is sent more than ${String(deepestSent)} levels deep, which nobody could read: flatten it, e.g. into an array`,
  );
}

/**
 * Refuses memory that was moved before. Structured clone accepts it for a second move, and the receiver fails: with it
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

/** Why something that other threads can be given can't go to another process. */
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

/** Collects what `transfer` marked among the values of a walk. */
export class TransferNotes {
  /** What to move. */
  transfer: object[] | undefined;
  /** Values with a mark, to be cleared once they are on their way. */
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

  /** Another object is to be moved instead. */
  replace(value: object, moved: object): void {
    this.transfer?.splice(this.transfer.indexOf(value), 1, moved);
  }
}

/** A key of a Map in a path. */
export function mapKey(key: unknown): string {
  if (typeof key === 'object' && key !== null) return 'get(an object)';
  return `get(${typeof key === 'string' ? JSON.stringify(key) : String(key)})`;
}

/** A key of an array in a path. */
export function indexOrName(key: string): string | number {
  return /^\d+$/.test(key) ? Number(key) : key;
}

/** The problem, with the key that leads to it. */
export function below(problem: unknown, key: string | number): Error {
  if (problem instanceof GivesUp) return problem;
  const refusal = isRefusal(problem) ? problem : new Refusal(unreadable(problem), problem);
  refusal.keys.push(typeof key === 'string' && key.startsWith('get(') ? `.${key}` : pathKey(key));
  return refusal;
}

/** The problem, with what leads to it: what `encode` returned. */
export function belowEncoded(problem: unknown): Error {
  if (problem instanceof GivesUp) return problem;
  const refusal = isRefusal(problem) ? problem : new Refusal(unreadable(problem), problem);
  refusal.keys.push('.encode()');
  return refusal;
}

/** Why a value that threw while it was read can't travel. */
export function unreadable(problem: unknown): string {
  if (problem instanceof RangeError && /call stack/i.test(problem.message)) return 'it is nested too deep for structured clone: flatten it';
  return 'reading it threw (see cause); pass a value without that getter';
}
