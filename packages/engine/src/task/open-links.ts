/**
 * The caller's side of links: tasks call what stayed here (callbacks, signals, sources of items, the consumer of a stream), and
 * are answered.
 *
 *   worker ──call(ticket, number, args)──▶ LinkEnd.call ──▶ reply(callId, value)
 *
 * A link is opened when its task first calls it, and closed when the task is settled, however that comes about.
 */
import { bindContext, whenUnblocked } from '@heddle/futures/authors';
import {
  decodeValue,
  loadClasses,
  takePendingLoads,
  type Link,
  type LinkEnd,
  type Links,
  type Destination,
  type Trust,
} from '@heddle/serialization';
import { postOutcome } from '../protocol/post-outcome.js';
import * as wire from '../protocol/wire.js';
import { isThenable } from './thenable.js';

/** The links of one task. */
export class OpenLinks {
  readonly #links: readonly Links[];
  readonly #trust: Trust;
  readonly #ends = new Map<number, LinkEnd>();
  /** In the async context of the submit. */
  readonly #inContext: (work: () => unknown) => unknown = bindContext((work: () => unknown) => work());
  /** While a call waits for classes to be loaded: those after it wait for it. */
  #last: Promise<unknown> | undefined;
  /** Calls that are not answered. */
  readonly #unanswered = new Set<number>();
  /** Of these, and of those to come, the calls whose answers the task waits for. */
  readonly #awaited = new Set<number>();
  /** The latest call: they are numbered in the order in which they come. */
  #latest = 0;
  #isClosed = false;

  /** @param trust - in the task */
  constructor(links: readonly Links[], trust: Trust = 'code') {
    this.#links = links;
    this.#trust = trust;
  }

  /** Whether the task stands still until it is answered. */
  get isAwaited(): boolean {
    return this.#awaited.size > 0;
  }

  /** Whether what is called is the user's; else it only takes the items of a stream. */
  isUsers(id: number): boolean {
    return !this.#links.some(({ byId }) => byId.get(id)?.kind === 'push');
  }

  /** A call came. */
  came(callId: number): void {
    this.#latest = callId;
    this.#unanswered.add(callId);
  }

  /** The task waits for the answers to calls; some may have been answered meanwhile. */
  awaits(callIds: readonly number[]): void {
    for (const callId of callIds) if (callId > this.#latest || this.#unanswered.has(callId)) this.#awaited.add(callId);
  }

  answered(callId: number): void {
    this.#unanswered.delete(callId);
    this.#awaited.delete(callId);
  }

  /** @returns the answer, or a promise of it */
  call(id: number, wireArgs: unknown, encoded: boolean): unknown {
    if (this.#isClosed && this.#find(id).kind !== 'callback') return undefined; // it had to wait: see `whenUnblocked` below. Nobody reads a source for the task now
    const end = this.#end(id);
    const run = (): unknown => {
      const args = (encoded ? decodeValue(wireArgs, this.#trust) : wireArgs) as unknown[];
      const loads = encoded ? takePendingLoads() : undefined;
      const call = (): unknown => this.#inContext(() => end.call(args));
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
    for (const end of this.#ends.values()) end.close();
    this.#ends.clear();
  }

  #end(id: number): LinkEnd {
    let end = this.#ends.get(id);
    if (end === undefined) {
      end = this.#find(id).open();
      this.#ends.set(id, end);
    }
    return end;
  }

  #find(id: number): Link {
    for (const { byId } of this.#links) {
      const link = byId.get(id);
      if (link !== undefined) return link;
    }
    throw new Error(`protocol: call of an unknown link ${String(id)}`);
  }
}

/**
 * Answers a call of a task. The user's is not called on a thread that blocks: the task may then have ended before its calls
 * are made.
 *
 * @param post - posts the answer to the task's worker, if it still waits
 */
export function answerCall(
  links: OpenLinks,
  { callId, link, args, encoded }: wire.LinkCall,
  destination: Destination,
  post: (message: wire.LinkReplyMessage, transfer?: readonly object[]) => void,
): void {
  const reply = (hasFailed: boolean, value: unknown): void => {
    links.answered(callId);
    postOutcome({ hasFailed, value }, 'answer', destination, (status, wireValue, transfer) => {
      post([wire.reply, callId, status, wireValue], transfer);
    });
  };
  const answerNow = (): void => {
    let answer: unknown;
    try {
      answer = links.call(link, args, encoded);
    } catch (error) {
      reply(true, error);
      return;
    }
    // A plain value is answered at once: nothing must come between.
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
  links.came(callId);
  if (links.isUsers(link)) whenUnblocked(answerNow);
  else answerNow();
}
