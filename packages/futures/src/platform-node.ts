/** The functions of Node, Bun and Deno that `@heddle/futures` uses. platform-default.ts is the counterpart for other runtimes. */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type * as NodeFs from 'node:fs';
import module from 'node:module';
import type * as NodeUrl from 'node:url';
import type { FileSystem } from './lazy/file-system.js';

/** The async context (AsyncLocalStorage) of the place where the object was made. Functions can run in it later. */
export class AsyncContext extends AsyncResource {
  constructor() {
    // A resource without requireManualDestroy, such as AsyncResource.bind makes, costs a hundred times as much.
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

/** A value that code reads in the async flow of the function that it was set for. */
export interface Ambient<T> {
  /** Whether the value follows the async flow. Otherwise it is known only during the synchronous part of a function. */
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

/** Calls back when this thread's program ends. The callback cannot await anything. */
export function onProgramEnd(callback: () => void): void {
  process.once('exit', () => {
    hasEnded = true;
    callback();
  });
}

/** Warns the developer of an error that no caller can receive. */
export function warn(message: string, code: string, detail: string): void {
  if (!hasEnded) {
    process.emitWarning(message, { type: 'HeddleWarning', code, detail });
    return;
  }
  // This does the same as emitWarning, which would wait for a next turn. At the exit there is none.
  const warning = new Error(message);
  for (const [key, value] of Object.entries({ name: 'HeddleWarning', code, detail }))
    Object.defineProperty(warning, key, { value, configurable: true, writable: true });
  process.emit('warning', warning);
}

/** Makes a timer no longer keep the program alive. */
export function unrefTimer(timer: ReturnType<typeof setTimeout>): void {
  timer.unref();
}

/** Calls back after the pending I/O callbacks have run. */
export function defer(callback: () => void): void {
  setImmediate(callback);
}

/** Returns the value of an environment variable. */
export function environment(name: string): string | undefined {
  return process.env[name];
}

/**
 * One of Node's own modules. Packages' bundles take them from here: an import of each in each package made importing all of them a third
 * slower.
 */
export const nodeModule: (name: string) => unknown = builtinModules() ?? module.createRequire(process.execPath);

/** Node 20.12 has no such function. */
function builtinModules(): ((name: string) => unknown) | undefined {
  return (process as { getBuiltinModule?: (name: string) => unknown }).getBuiltinModule;
}

/** What finds and loads Heddle's files: see lazy/find-own-file.ts. `require` is that of Node's own modules, and of files by their absolute path. */
export function nodeFiles(): FileSystem & { readonly require: NodeJS.Require } {
  const { existsSync } = nodeModule('node:fs') as typeof NodeFs;
  const { fileURLToPath } = nodeModule('node:url') as typeof NodeUrl;
  return { existsSync, fileURLToPath, argv: process.argv, execPath: process.execPath, require: module.createRequire(process.execPath) };
}
