/** The counterpart of platform-node.ts for runtimes without Node's modules, such as browsers. */
import type { Ambient } from './platform-node.js';

export type { Ambient } from './platform-node.js';

/** Runs functions as they are, since there is no async context to keep here. */
export class AsyncContext {
  run<R>(fn: () => R): R {
    return fn();
  }
}

/** As {@link AsyncContext}. */
export function bindContext<F extends (...args: never[]) => unknown>(callback: F): F {
  return callback;
}

/** Makes a value that is known only during the synchronous part of `fn`, since there is no async context here. */
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

/** Warns the developer of an error that no caller can receive. */
export function warn(message: string, code: string, detail: string): void {
  console.warn(`HeddleWarning [${code}]: ${message}\n${detail}`);
}

/** Does nothing, since a page has no event for its end. */
export function onProgramEnd(_callback: () => void): void {
  // nothing to do
}

/** Does nothing, since timers do not keep a program alive here. */
export function unrefTimer(_timer: unknown): void {
  // nothing to do
}

/** Calls back in a later turn of the event loop. */
export function defer(callback: () => void): void {
  setTimeout(callback, 0);
}

/** Returns `undefined`, since there are no environment variables here. */
export function environment(_name: string): string | undefined {
  return undefined;
}

/** Refuses: packages that need modules of Node do not work here. */
export function nodeModule(name: string): unknown {
  throw new Error(`This part of Heddle needs the module ${name} of Node, Bun or Deno.`);
}

/** As {@link nodeModule}. */
export function nodeFiles(): never {
  throw new Error('This part of Heddle needs Node, Bun or Deno.');
}
