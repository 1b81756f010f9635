/** What stands in a task for what stayed in the caller. */
import { Readable } from 'node:stream';
import { markStandIn } from './callback.js';
import type { SourceAnswer } from './link-of.js';
import type { LinkRecord } from './link.js';

/** How a task reaches its caller. Its worker gives it. */
export interface LinkCaller {
  /**
   * Calls the caller's end of a link. When the task has ended before the answer is there, it rejects if `standsStill`, else
   * it stays as it is.
   *
   * @param root - what the arguments are called in messages
   * @param standsStill - whether the task does, once it awaits the answer: its worker is then free for others
   * @throws SerializationError when an argument can't travel
   */
  call(link: LinkRecord, args: readonly unknown[], root: string, standsStill: boolean): Promise<unknown>;
}

/** Makes the stand-in of a linked value. */
export function standIn(link: LinkRecord, caller: LinkCaller): unknown {
  switch (link.kind) {
    case 'callback':
      return callbackStandIn(link, caller);
    case 'push':
      return (items: unknown) => caller.call(link, [items], 'yielded', false);
    case 'signal':
      return signal(link, caller);
    case 'iterable':
      return new Items(link, caller);
    case 'readable':
      return Readable.from(new Items(link, caller), { objectMode: (link.detail as { objectMode: boolean }).objectMode });
    case 'stream':
      return stream(new Items(link, caller));
  }
}

function callbackStandIn(link: LinkRecord, caller: LinkCaller): unknown {
  const fn = (...args: unknown[]): Promise<unknown> => {
    try {
      return caller.call(link, args, 'args', true);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  Object.defineProperty(fn, 'name', { value: link.name, configurable: true });
  markStandIn(fn);
  return fn;
}

function signal(link: LinkRecord, caller: LinkCaller): AbortSignal {
  const aborter = new AbortController();
  const { aborted } = link.detail as { aborted: { reason: unknown } | undefined };
  if (aborted !== undefined) {
    aborter.abort(aborted.reason);
  } else {
    caller.call(link, [], 'args', false).then(
      (answer) => {
        aborter.abort((answer as { reason: unknown }).reason);
      },
      (error: unknown) => {
        aborter.abort(error);
      }, // the reason can't travel
    );
  }
  return aborter.signal;
}

/** The items of a source in the caller, asked for by the batch; the next one is under way while the last item is dealt with. */
class Items implements AsyncIterableIterator<unknown, undefined, undefined> {
  readonly #link: LinkRecord;
  readonly #caller: LinkCaller;
  #items: unknown[] = [];
  #at = 0;
  #last: SourceAnswer | undefined;
  #coming: Promise<unknown> | undefined;
  #isOver = false;
  /** Calls of next are answered in turn. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(link: LinkRecord, caller: LinkCaller) {
    this.#link = link;
    this.#caller = caller;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    const step = this.#turn.then(() => this.#step());
    this.#turn = step.catch(() => undefined);
    return step;
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#items = [];
      await this.#caller.call(this.#link, ['return'], 'args', true);
    }
    return { done: true, value: undefined };
  }

  async #step(): Promise<IteratorResult<unknown, undefined>> {
    while (!this.#isOver && this.#at >= this.#items.length) {
      if (this.#last?.isDone === true) {
        this.#isOver = true;
        if (this.#last.failure !== undefined) throw this.#last.failure.error;
      } else await this.#fetch();
    }
    if (this.#isOver) return { done: true, value: undefined };
    const value = this.#items[this.#at];
    this.#items[this.#at++] = undefined;
    if (this.#at >= this.#items.length && this.#last?.isDone !== true) void this.#ask();
    return { done: false, value };
  }

  #ask(): Promise<unknown> {
    return (this.#coming ??= this.#caller.call(this.#link, ['next'], 'args', true));
  }

  async #fetch(): Promise<void> {
    try {
      this.#last = (await this.#ask()) as SourceAnswer;
      this.#items = [...this.#last.items];
      this.#at = 0;
    } catch (error) {
      this.#isOver = true;
      throw error;
    } finally {
      this.#coming = undefined;
    }
  }
}

function stream(items: Items): ReadableStream<unknown> {
  return new ReadableStream<unknown>(
    {
      async pull(controller) {
        const step = await items.next();
        if (step.done === true) controller.close();
        else controller.enqueue(step.value);
      },
      async cancel() {
        await items.return();
      },
    },
    { highWaterMark: 0 },
  );
}
