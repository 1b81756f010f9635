/**
 * Keeps the look that was taken to describe a function, for the reader of its captures. That comes right after, and would take the same
 * look again. A caller that describes a function and does not encode it at once has to forget the look: by then a variable may hold another
 * value.
 */
import type { AnyFunction } from './function-descriptor.js';
import type { FunctionLook } from './inspect-function.js';

let recent: { readonly fn: AnyFunction; readonly look: FunctionLook } | undefined;

export function rememberLook(fn: AnyFunction, look: FunctionLook): void {
  recent = { fn, look };
}

/** @returns the look that was just taken at a function, if there was one; only once */
export function takeRecentLook(fn: AnyFunction): FunctionLook | undefined {
  const taken = recent;
  recent = undefined;
  return taken?.fn === fn ? taken.look : undefined;
}

export function forgetLook(): void {
  recent = undefined;
}
