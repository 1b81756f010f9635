/** Objects that stay in the caller: signals, and sources of items. */
import { ReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { types } from 'node:util';
import { whenAborted } from '@heddle/futures/worker';
import { builtInName, isNative } from '../values/built-in-prototype.js';
import { constructorName } from '../values/constructor-name.js';
import type { Link, LinkEnd } from './link.js';

type Source = AsyncIterable<unknown>;

/** Whether an object can be linked; no proxy is asked. */
export function isLinkable(value: object): boolean {
  return !types.isProxy(value) && (value instanceof AbortSignal || isSource(value));
}

/** The link of an object; `undefined` when it can't be linked. */
export function linkOf(value: object): Link | undefined {
  if (types.isProxy(value)) return undefined;
  if (value instanceof AbortSignal) return signalLink(value);
  if (!isSource(value)) return undefined;
  const name = constructorName(value);
  // It reads on whether anybody listens or not, and gives the same iterator each time.
  if (isLineReader(value)) value[Symbol.asyncIterator]();
  if (isReadable(value))
    return { kind: 'readable', name, detail: { objectMode: value.readableObjectMode }, open: () => new SourceEnd(value) };
  return { kind: value instanceof ReadableStream ? 'stream' : 'iterable', name, open: () => new SourceEnd(value) };
}

/** Whether a link is of something that only one task can read. */
export function isReadOnce({ kind }: Link): boolean {
  return kind === 'iterable' || kind === 'readable' || kind === 'stream';
}

/** Whether an object is nothing but the items it gives: what has a class of its own has more. */
function isSource(value: object): value is Source {
  if (typeof (value as Partial<Source>)[Symbol.asyncIterator] !== 'function') return false;
  return (
    itemsKey in value ||
    isReadable(value) ||
    isReadableStream(value) ||
    isIterator(value) ||
    isTransform(value) ||
    isLineReader(value) ||
    isLiteral(value)
  );
}

/** A stream of what is written to it, as `createGunzip()` is; hashes are used by their methods. */
function isTransform(value: object): boolean {
  return '_transform' in value && 'pipe' in value && !('digest' in value);
}

/** Of node:readline: an interface. */
function isLineReader(value: object): boolean {
  return 'setPrompt' in value && 'question' in value;
}

/** Results of executors have it: what else they can do is of no use elsewhere. */
const itemsKey = Symbol.for('heddle.items');

/** Node's own, or what `Readable.from` and `new Readable` make; a request or a socket is more. */
function isReadable(value: object): value is Readable {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === Readable.prototype || (prototype === ReadStream.prototype && value instanceof Readable);
}

function isReadableStream(value: object): boolean {
  return Object.getPrototypeOf(value) === ReadableStream.prototype;
}

/** Made by an async generator function, or an iterator of the language's kind, as `events.on` gives. */
function isIterator(value: object): boolean {
  if (Object.prototype.toString.call(value) === '[object AsyncGenerator]') return true;
  if (typeof (value as { next?: unknown }).next !== 'function') return false;
  const { [Symbol.asyncIterator]: itself } = value as Source;
  return !Object.hasOwn(value, Symbol.asyncIterator) && isNative(itself);
}

/** `{ async *[Symbol.asyncIterator]() { ... } }`, with nothing beside. */
function isLiteral(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  const isPlain = prototype === null || builtInName(prototype) === 'Object';
  return (
    isPlain &&
    Object.keys(value).every((key) => key === 'next' || key === 'return' || key === 'throw') &&
    Object.getOwnPropertySymbols(value).length === 1
  );
}

function signalLink(signal: AbortSignal): Link {
  return {
    kind: 'signal',
    name: 'AbortSignal',
    detail: { aborted: signal.aborted ? { reason: signal.reason as unknown } : undefined },
    open: () => {
      let forget = (): void => undefined;
      const call = (): unknown => {
        if (signal.aborted) return { reason: signal.reason as unknown };
        return new Promise((resolve) => {
          forget = whenAborted(signal, () => {
            resolve({ reason: signal.reason as unknown });
          });
        });
      };
      return {
        call,
        close: () => {
          forget();
        },
      };
    },
  };
}

/** Items that a source may be read ahead by, while the task deals with those before. */
const readAhead = 16;

/** What a stand-in gets for `next`: as many items as there are, at least one unless the source is at its end. */
export interface SourceAnswer {
  readonly items: readonly unknown[];
  readonly isDone: boolean;
  readonly failure: { readonly error: unknown } | undefined;
}

/** Reads a source for a task: begun when the task asks for the first item, closed when it asks for no more. */
class SourceEnd implements LinkEnd {
  readonly #source: Source;
  #iterator: AsyncIterator<unknown> | undefined;
  #items: unknown[] = [];
  #isDone = false;
  #failure: { readonly error: unknown } | undefined;
  #isReading = false;
  #wake: (() => void) | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  call([what]: readonly unknown[]): unknown {
    return what === 'return' ? this.#stop() : this.#next();
  }

  close(): void {
    void this.#stop().catch(() => undefined);
  }

  async #next(): Promise<SourceAnswer> {
    void this.#read();
    while (this.#items.length === 0 && !this.#isDone)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    const items = this.#items;
    this.#items = [];
    void this.#read();
    return { items, isDone: this.#isDone, failure: this.#failure };
  }

  async #read(): Promise<void> {
    if (this.#isReading || this.#isDone) return;
    this.#isReading = true;
    try {
      const iterator = (this.#iterator ??= this.#source[Symbol.asyncIterator]());
      while (this.#items.length < readAhead && !this.#isOver()) {
        const step = await iterator.next();
        if (step.done === true) this.#isDone = true;
        else this.#items.push(step.value);
        this.#wake?.();
      }
    } catch (error) {
      this.#isDone = true;
      this.#failure = { error };
      this.#wake?.();
    } finally {
      this.#isReading = false;
    }
  }

  /** Asked again after anything may have happened. */
  #isOver(): boolean {
    return this.#isDone;
  }

  async #stop(): Promise<void> {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#wake?.();
    await this.#iterator?.return?.();
  }
}
