/** Recognizes the objects that stay with the caller, signals and sources of items, and answers the calls of their proxies. */
import type * as nodeFs from 'node:fs';
import type * as nodeStream from 'node:stream';
import { types } from 'node:util';
import { whenAborted } from '@heddle/futures/worker';
import { requireOfNode } from '../require-of-node.js';
import { builtInName, isNative } from '../values/built-in-prototype.js';
import { constructorName } from '../values/constructor-name.js';
import type { CallerObject, OpenCallerObject } from './caller-object.js';

type Source = AsyncIterable<unknown>;

/** Tells whether an object stays with the caller. A JavaScript Proxy does not, since asking it would run its traps. */
export function isCallerObject(value: object): boolean {
  return !types.isProxy(value) && (value instanceof AbortSignal || isSource(value));
}

/** The caller object for a value; `undefined` when the value does not stay with the caller. */
export function callerObjectOf(value: object): CallerObject | undefined {
  if (types.isProxy(value)) return undefined;
  if (value instanceof AbortSignal) return signalObject(value);
  if (!isSource(value)) return undefined;
  const name = constructorName(value);
  // A line reader emits lines whether anybody listens or not. Its iterator keeps them, and it gives the same iterator each time.
  if (isLineReader(value)) value[Symbol.asyncIterator]();
  if (isReadable(value))
    return { kind: 'readable', name, detail: { objectMode: value.readableObjectMode }, open: () => new OpenSource(value) };
  return { kind: value instanceof ReadableStream ? 'stream' : 'iterable', name, open: () => new OpenSource(value) };
}

/** Tells whether only one task can read a caller object. */
export function isReadOnce({ kind }: CallerObject): boolean {
  return kind === 'iterable' || kind === 'readable' || kind === 'stream';
}

/** Tells whether an object is only a source of items. An instance of a user's class has more to it, and is not. */
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

/** Tells whether an object is a transform stream, such as `createGunzip()`. Hashes are transforms too, but are used by their methods. */
function isTransform(value: object): boolean {
  return '_transform' in value && 'pipe' in value && !('digest' in value);
}

/** Tells whether an object is an interface of node:readline. */
function isLineReader(value: object): boolean {
  return 'setPrompt' in value && 'question' in value;
}

/** Results of executors have this key. Their other methods are of no use in a task. */
const itemsKey = Symbol.for('heddle.items');

/** Tells whether an object is a file stream, or made by `Readable.from` or `new Readable`. A request or a socket has more to it. */
function isReadable(value: object): value is nodeStream.Readable {
  if (!('pipe' in value)) return false; // Loading the two modules takes some milliseconds, and few programs have streams.
  const { Readable } = requireOfNode('node:stream') as typeof nodeStream;
  const { ReadStream } = requireOfNode('node:fs') as typeof nodeFs;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === Readable.prototype || (prototype === ReadStream.prototype && value instanceof Readable);
}

function isReadableStream(value: object): boolean {
  return Object.getPrototypeOf(value) === ReadableStream.prototype;
}

/** Tells whether an object comes from an async generator function, or is an iterator like the ones of the language, as `events.on` returns. */
function isIterator(value: object): boolean {
  if (Object.prototype.toString.call(value) === '[object AsyncGenerator]') return true;
  if (typeof (value as { next?: unknown }).next !== 'function') return false;
  const { [Symbol.asyncIterator]: itself } = value as Source;
  return !Object.hasOwn(value, Symbol.asyncIterator) && isNative(itself);
}

/** Tells whether an object is a literal `{ async *[Symbol.asyncIterator]() { ... } }` with nothing else in it. */
function isLiteral(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  const isPlain = prototype === null || builtInName(prototype) === 'Object';
  return (
    isPlain &&
    Object.keys(value).every((key) => key === 'next' || key === 'return' || key === 'throw') &&
    Object.getOwnPropertySymbols(value).length === 1
  );
}

function signalObject(signal: AbortSignal): CallerObject {
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

/** How many items may be read ahead while the task uses the earlier ones. */
const readAhead = 16;

/** The answer to a proxy's `next`: all items that have been read, at least one unless the source is at its end. */
export interface SourceAnswer {
  readonly items: readonly unknown[];
  readonly isDone: boolean;
  readonly failure: { readonly error: unknown } | undefined;
}

/** Reads a source for a task. Reading begins when the task asks for the first item; the source is closed when the task needs no more. */
class OpenSource implements OpenCallerObject {
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

  /** A method, since TypeScript would assume that the field has not changed across an `await`. */
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
