/** Caller proxies, which a task has in place of the objects that stayed with its caller. */
import type * as nodeStream from 'node:stream';
import { requireOfNode } from '../require-of-node.js';
import { markProxy } from './callback.js';
import type { SourceAnswer } from './caller-object-of.js';
import type { CallerObjectRecord } from './caller-object.js';

/** The object that a task has in place of a caller object. The proxies of a callback, and of the consumer of a stream, are functions. */
export type CallerProxy = ((...args: unknown[]) => Promise<unknown>) | AbortSignal | AsyncIterable<unknown>;

/** Sends the calls of a task's proxies to the caller. The worker provides it. */
export interface ProxyCaller {
  /**
   * Calls a caller object. If the task ends before the answer has come, the promise rejects if `standsStill`; otherwise it stays
   * pending.
   *
   * @param root - the name of the arguments in error messages
   * @param standsStill - whether the task is suspended while it awaits the answer, so that its worker can run other tasks
   * @throws SerializationError when an argument cannot travel
   */
  call(object: CallerObjectRecord, args: readonly unknown[], root: string, standsStill: boolean): Promise<unknown>;
}

/** Makes the proxy of a caller object. */
export function createCallerProxy(object: CallerObjectRecord, caller: ProxyCaller): CallerProxy {
  switch (object.kind) {
    case 'callback':
      return callbackProxy(object, caller);
    case 'push':
      return (items: unknown) => caller.call(object, [items], 'yielded', false);
    case 'signal':
      return signal(object, caller);
    case 'iterable':
      return new Items(object, caller);
    case 'readable':
      return (requireOfNode('node:stream') as typeof nodeStream).Readable.from(new Items(object, caller), {
        objectMode: (object.detail as { objectMode: boolean }).objectMode,
      });
    case 'stream':
      return stream(new Items(object, caller));
  }
}

function callbackProxy(object: CallerObjectRecord, caller: ProxyCaller): CallerProxy {
  const fn = (...args: unknown[]): Promise<unknown> => {
    try {
      return caller.call(object, args, 'args', true);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  Object.defineProperty(fn, 'name', { value: object.name, configurable: true });
  markProxy(fn);
  return fn;
}

function signal(object: CallerObjectRecord, caller: ProxyCaller): AbortSignal {
  const aborter = new AbortController();
  const { aborted } = object.detail as { aborted: { reason: unknown } | undefined };
  if (aborted !== undefined) {
    aborter.abort(aborted.reason);
  } else {
    caller.call(object, [], 'args', false).then(
      (answer) => {
        aborter.abort((answer as { reason: unknown }).reason);
      },
      (error: unknown) => {
        aborter.abort(error);
      }, // The reason cannot travel.
    );
  }
  return aborter.signal;
}

/** The items of a source that stayed with the caller. It asks for one batch at a time, and for the next one before the task uses the last item. */
class Items implements AsyncIterableIterator<unknown, undefined, undefined> {
  readonly #object: CallerObjectRecord;
  readonly #caller: ProxyCaller;
  #items: unknown[] = [];
  #at = 0;
  #last: SourceAnswer | undefined;
  #coming: Promise<unknown> | undefined;
  #isOver = false;
  /** The latest call of `next`: the next one begins after it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(object: CallerObjectRecord, caller: ProxyCaller) {
    this.#object = object;
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
      await this.#caller.call(this.#object, ['return'], 'args', true);
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
    return (this.#coming ??= this.#caller.call(this.#object, ['next'], 'args', true));
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
