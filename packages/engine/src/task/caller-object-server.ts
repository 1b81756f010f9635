/**
 * The caller's side of caller objects: it answers the calls that the proxies of a task make.
 *
 *   worker ──call(ticket, number, args)──▶ OpenCallerObject.call ──▶ reply(callId, value)
 *
 * A caller object is opened by the first call of a task, and closed when the task is settled, however it ends.
 */
import { bindContext, whenUnblocked } from '@heddle/futures/authors';
import {
  decodeValue,
  inThisRealm,
  loadClasses,
  takePendingLoads,
  type CallerObject,
  type OpenCallerObject,
  type CallerObjects,
  type Destination,
  type Trust,
} from '@heddle/serialization';
import { postOutcome } from '../protocol/post-outcome.js';
import * as wire from '../protocol/wire.js';
import { isThenable } from './thenable.js';

/** Answers the calls of one task, and keeps the caller objects that the task has opened. */
export class CallerObjectServer {
  readonly #callerObjects: readonly CallerObjects[];
  readonly #trust: Trust;
  readonly #opened = new Map<number, OpenCallerObject>();
  /** Runs `work` in the async context of the submit. */
  readonly #inContext: (work: () => unknown) => unknown = bindContext((work: () => unknown) => work());
  /** The latest call that waits for classes to load. Later calls wait for it, which keeps their order. */
  #last: Promise<unknown> | undefined;
  /** The calls that have arrived and are not answered. */
  readonly #unanswered = new Set<number>();
  /** The calls whose answers the task awaits. Some of them may not have arrived yet. */
  readonly #awaited = new Set<number>();
  /** The number of the latest call. Calls are numbered in the order in which they arrive. */
  #latest = 0;
  #isClosed = false;

  /** @param trust - how far the caller trusts what the task sends */
  constructor(callerObjects: readonly CallerObjects[], trust: Trust = 'code') {
    this.#callerObjects = callerObjects;
    this.#trust = trust;
  }

  /** Whether the task is suspended until a call is answered. */
  get isAwaited(): boolean {
    return this.#awaited.size > 0;
  }

  /** Whether the called object is the user's. Otherwise it takes the items of a stream of results, which is Heddle's own code. */
  isUsers(id: number): boolean {
    return !this.#callerObjects.some(({ byId }) => byId.get(id)?.kind === 'push');
  }

  /** A call has arrived. */
  came(callId: number): void {
    this.#latest = callId;
    this.#unanswered.add(callId);
  }

  /** The task awaits the answers to these calls. Some may have been answered meanwhile. */
  awaits(callIds: readonly number[]): void {
    for (const callId of callIds) if (callId > this.#latest || this.#unanswered.has(callId)) this.#awaited.add(callId);
  }

  answered(callId: number): void {
    this.#unanswered.delete(callId);
    this.#awaited.delete(callId);
  }

  /** @returns the answer, or a promise of it */
  call(id: number, wireArgs: unknown, encoded: boolean): unknown {
    if (this.#isClosed && this.#find(id).kind !== 'callback') return undefined; // a call that had to wait (`whenUnblocked` below); nobody reads a source for the task now
    const opened = this.#open(id);
    const run = (): unknown => {
      const args = (encoded ? decodeValue(wireArgs, this.#trust) : inThisRealm(wireArgs)) as unknown[];
      const loads = encoded ? takePendingLoads() : undefined;
      const call = (): unknown => this.#inContext(() => opened.call(args));
      return loads === undefined ? call() : loads.then(call);
    };
    const loading = encoded ? loadClasses(wireArgs, this.#trust) : undefined;
    if (loading === undefined && this.#last === undefined) return run();
    const turn = Promise.all([this.#last, loading]).then(() => {
      if (this.#last === turn) this.#last = undefined;
    });
    this.#last = turn;
    return turn.then(run);
  }

  /** The task has ended. */
  close(): void {
    this.#isClosed = true;
    for (const opened of this.#opened.values()) opened.close();
    this.#opened.clear();
  }

  #open(id: number): OpenCallerObject {
    let opened = this.#opened.get(id);
    if (opened === undefined) {
      opened = this.#find(id).open();
      this.#opened.set(id, opened);
    }
    return opened;
  }

  #find(id: number): CallerObject {
    for (const { byId } of this.#callerObjects) {
      const callerObject = byId.get(id);
      if (callerObject !== undefined) return callerObject;
    }
    throw new Error(`protocol: call of an unknown link ${String(id)}`);
  }
}

/**
 * Answers a call of a task. While the caller's thread blocks in a synchronous wait, the user's callbacks are not
 * called. The task may therefore end before its calls are made.
 *
 * @param post - posts the answer to the task's worker, if the worker still waits for it
 */
export function answerCall(
  server: CallerObjectServer,
  { callId, link, args, encoded }: wire.CallerObjectCall,
  destination: Destination,
  post: (message: wire.CallerObjectReplyMessage, transfer?: readonly object[]) => void,
): void {
  const reply = (hasFailed: boolean, value: unknown): void => {
    server.answered(callId);
    postOutcome({ hasFailed, value }, 'answer', destination, (status, wireValue, transfer) => {
      post([wire.reply, callId, status, wireValue], transfer);
    });
  };
  const answerNow = (): void => {
    let answer: unknown;
    try {
      answer = server.call(link, args, encoded);
    } catch (error) {
      reply(true, error);
      return;
    }
    // A plain value is answered in the same turn, so that nothing can come in between.
    if (!isThenable(answer)) reply(false, answer);
    else {
      Promise.resolve(answer).then(
        (value: unknown) => {
          reply(false, value);
        },
        (error: unknown) => {
          reply(true, error);
        },
      );
    }
  };
  server.came(callId);
  if (server.isUsers(link)) whenUnblocked(answerNow);
  else answerNow();
}
