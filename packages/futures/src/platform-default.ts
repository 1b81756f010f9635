/** The twin of platform-node.ts for runtimes without Node's modules: browsers. */
import type { Ambient } from './platform-node.js';

export type { Ambient } from './platform-node.js';

/** There is no async context to keep here. */
export class AsyncContext {
  run<R>(fn: () => R): R {
    return fn();
  }
}

/** As {@link AsyncContext}. */
export function bindContext<F extends (...args: never[]) => unknown>(callback: F): F {
  return callback;
}

/** Without async context the value is known during the synchronous part of `fn` only. */
export function createAmbient<T>(): Ambient<T> {
  let current: T | undefined;
  return {
    isAsync: false,
    get: () => current,
    run: (value, fn, ...args) => {
      const outer = current;
      current = value;
      try {
        return fn(...args);
      } finally {
        current = outer;
      }
    },
  };
}

/** Tells the developer of something that went wrong with nobody to throw it to. */
export function warn(message: string, code: string, detail: string): void {
  console.warn(`HeddleWarning [${code}]: ${message}\n${detail}`);
}

/** The end of a page is not told. */
export function onProgramEnd(_callback: () => void): void {
  // nothing to do
}

/** Timers keep nothing alive here. */
export function unrefTimer(_timer: unknown): void {
  // nothing to do
}

/** Calls back in a later turn of the event loop. */
export function defer(callback: () => void): void {
  setTimeout(callback, 0);
}

/** There are no environment variables here. */
export function environment(_name: string): string | undefined {
  return undefined;
}
