/**
 * Links: what stays in the caller, and is reached from the task while it runs. A value that is linked travels as a record with
 * a number; in the task stands what looks like it and calls back.
 *
 *   caller                                               task
 *   Link ──open──▶ LinkEnd ◀── call(number, args) ─── stand-in (stand-in.ts)
 *                     └────── answer ────────────────▶
 *
 * Calls and their answers are all there is: a callback is one call each time, a signal one call that is answered when it
 * aborts, an iterable a call for each batch of items, a stream of results a call for each batch too. Who is not answered
 * sends no more: that is the credit.
 */
import type { marker } from '../values/marker.js';

export type LinkKind =
  /** A function of the user's, to be called. */
  | 'callback'
  /** What takes the items of a stream of results. */
  | 'push'
  | 'signal'
  /** An async iterable; a Node Readable; a ReadableStream. */
  | 'iterable'
  | 'readable'
  | 'stream';

/** The caller's end while a task uses it. */
export interface LinkEnd {
  /** @returns the answer, or a promise of it */
  call(args: readonly unknown[]): unknown;
  /** The task has ended. */
  close(): void;
}

/** What stays in the caller. */
export interface Link {
  readonly kind: LinkKind;
  /** For messages. */
  readonly name: string;
  /** What its stand-in has to know from the beginning. */
  readonly detail?: unknown;
  /** Begins its use by one task. */
  open(): LinkEnd;
}

/** Collects what of a task's values stays in the caller. */
export class Links {
  /** By the numbers in records. */
  readonly byId: Map<number, Link> = new Map<number, Link>();
  /** Whether several tasks use them: the chunks of a map. Iterables can't be read by several. */
  readonly isShared: boolean;

  constructor(isShared: boolean) {
    this.isShared = isShared;
  }

  /** @returns its number: unique in this realm, so that links of a function and of its arguments don't meet */
  add(link: Link): number {
    const id = nextId++;
    this.byId.set(id, link);
    return id;
  }
}

let nextId = 1;

/** A linked value on the wire. */
export interface LinkRecord {
  readonly [marker]: 'link';
  readonly kind: LinkKind;
  readonly id: number;
  readonly name: string;
  readonly detail: unknown;
}
