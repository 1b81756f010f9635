/**
 * Caller objects: callbacks, signals and sources of items that stay with the caller while a task uses them. A caller object
 * travels as a record with a number. The task gets a caller proxy, which sends calls to that number.
 *
 *   caller                                                      task
 *   CallerObject ──open──▶ OpenCallerObject ◀── call(args) ─── CallerProxy (caller-proxy.ts)
 *                                └────────── answer ──────────▶
 *
 * Everything is a call and its answer. A callback is called once for each use. A signal is called once, and answers when it
 * aborts. An iterable is called for each batch of items, and the consumer of a stream of results for each batch too. A proxy
 * that waits for an answer sends no further call: this limits how far a task runs ahead of its caller.
 */
import type { marker } from '../values/marker.js';

export type CallerObjectKind =
  /** A function of the user's, to be called. */
  | 'callback'
  /** The function that takes the items of a stream of results. */
  | 'push'
  | 'signal'
  /** An async iterable; a Node Readable; a ReadableStream. */
  | 'iterable'
  | 'readable'
  | 'stream';

/** A caller object while one task uses it. */
export interface OpenCallerObject {
  /** @returns the answer to the proxy's call, or a promise of it */
  call(args: readonly unknown[]): unknown;
  /** Ends the use: the task has ended. */
  close(): void;
}

/** Something that stays with the caller while a task uses it. */
export interface CallerObject {
  readonly kind: CallerObjectKind;
  /** Its name in error messages. */
  readonly name: string;
  /** The data that its proxy needs from the beginning. They travel in the record. */
  readonly detail?: unknown;
  /** Begins the use by one task. */
  open(): OpenCallerObject;
}

/** The caller objects that were found among the values of a task. */
export class CallerObjects {
  /** The caller objects by the numbers in their records. */
  readonly byId: Map<number, CallerObject> = new Map<number, CallerObject>();
  /** Whether several tasks use them, as the chunks of a map do. Several tasks cannot read the same iterable. */
  readonly isShared: boolean;

  constructor(isShared: boolean) {
    this.isShared = isShared;
  }

  /** @returns the object's number. It is unique in this realm, since a task has one list for its function and one for its arguments. */
  add(object: CallerObject): number {
    const id = nextId++;
    this.byId.set(id, object);
    return id;
  }
}

let nextId = 1;

/** A caller object on the wire, which calls it a link. */
export interface CallerObjectRecord {
  readonly [marker]: 'link';
  readonly kind: CallerObjectKind;
  readonly id: number;
  readonly name: string;
  readonly detail: unknown;
}
