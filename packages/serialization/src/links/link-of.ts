/** Objects that stay in the caller: signals, and sources of items. */
import { constructorName } from '../constructor-name.js';
import type { Link, LinkEnd } from './link.js';
import { types } from 'node:util';

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
  if (isReadable(value)) return { kind: 'readable', name, detail: { objectMode: value.readableObjectMode === true }, open: () => new SourceEnd(value) };
  return { kind: name === 'ReadableStream' && 'getReader' in value ? 'stream' : 'iterable', name, open: () => new SourceEnd(value) };
}

/** Whether a link is of something that only one task can read. */
export function isReadOnce({ kind }: Link): boolean {
  return kind === 'iterable' || kind === 'readable' || kind === 'stream';
}

/** What can be written too (a socket) is more than its items; what is written to a transform, or typed, comes out as items. */
function isSource(value: object): value is Source {
  return typeof (value as Partial<Source>)[Symbol.asyncIterator] === 'function' && (!('write' in value) || isTransform(value) || isLineReader(value));
}

/** A stream of what is written to it, as `createGunzip()` is; hashes are used by their methods. */
function isTransform(value: object): boolean {
  return '_transform' in value && 'pipe' in value && !('digest' in value);
}

/** Of node:readline: an interface. */
function isLineReader(value: object): boolean {
  return 'setPrompt' in value && 'question' in value;
}

function isReadable(value: object): value is Source & { readonly readableObjectMode?: boolean } {
  return 'pipe' in value && 'readableObjectMode' in value;
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
          const onAbort = (): void => { resolve({ reason: signal.reason as unknown }); };
          signal.addEventListener('abort', onAbort, { once: true });
          forget = () => { signal.removeEventListener('abort', onAbort); };
        });
      };
      return { call, close: () => { forget(); } };
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
    while (this.#items.length === 0 && !this.#isDone) await new Promise<void>((resolve) => { this.#wake = resolve; });
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
