/** What `@heddle/futures` asks of Node (also Bun and Deno); platform-default.ts is its twin elsewhere. */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

/** The async context (AsyncLocalStorage) of the place where it was made, to run functions in later. */
export class AsyncContext extends AsyncResource {
  constructor() {
    // Without requireManualDestroy, as AsyncResource.bind makes it, one costs a hundred times as much.
    super('HEDDLE_CONTEXT', { requireManualDestroy: true });
  }

  run<R>(fn: () => R): R {
    return this.runInAsyncScope(fn);
  }
}

/** Makes `callback` run in the async context of this call. */
export function bindContext<F extends (...args: never[]) => unknown>(callback: F): F {
  const context = new AsyncContext();
  return ((...args: never[]) => context.run(() => callback(...args))) as F;
}

/** A value that follows the async flow of the function it was set for. */
export interface Ambient<T> {
  /** Whether it follows the async flow; else the value is known during the synchronous part of a function only. */
  readonly isAsync: boolean;
  get(): T | undefined;
  readonly run: <A extends unknown[], R>(value: T, fn: (...args: A) => R, ...args: A) => R;
}

/** Makes an {@link Ambient} value. */
export function createAmbient<T>(): Ambient<T> {
  const storage = new AsyncLocalStorage<T>();
  return { isAsync: true, get: () => storage.getStore(), run: (value, fn, ...args) => storage.run(value, fn, ...args) };
}

let hasEnded = false;

/** Calls back when this thread's program ends: nothing can be awaited any more. */
export function onProgramEnd(callback: () => void): void {
  process.once('exit', () => {
    hasEnded = true;
    callback();
  });
}

/** Tells the developer of something that went wrong with nobody to throw it to. */
export function warn(message: string, code: string, detail: string): void {
  if (!hasEnded) {
    process.emitWarning(message, { type: 'HeddleWarning', code, detail });
    return;
  }
  // What emitWarning does, in this turn: there is no other.
  const warning = new Error(message);
  for (const [key, value] of Object.entries({ name: 'HeddleWarning', code, detail }))
    Object.defineProperty(warning, key, { value, configurable: true, writable: true });
  process.emit('warning', warning);
}

/** The timer keeps the program alive no longer. */
export function unrefTimer(timer: ReturnType<typeof setTimeout>): void {
  timer.unref();
}

/** Calls back after pending I/O callbacks had their turn. */
export function defer(callback: () => void): void {
  setImmediate(callback);
}

/** The value of an environment variable. */
export function environment(name: string): string | undefined {
  return process.env[name];
}
