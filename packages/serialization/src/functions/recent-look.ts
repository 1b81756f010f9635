/**
 * The look that describing a function took, for the reader of its captures, which comes right after it and would take the
 * same look again. Whoever describes a function and does not encode it at once forgets it: by then a variable may hold
 * another value.
 */
import type { AnyFunction } from './function-descriptor.js';
import type { FunctionLook } from './inspect-function.js';

let recent: { readonly fn: AnyFunction; readonly look: FunctionLook } | undefined;

export function rememberLook(fn: AnyFunction, look: FunctionLook): void {
  recent = { fn, look };
}

/** The look that was just taken at a function, if there was one: it is given once. */
export function takeRecentLook(fn: AnyFunction): FunctionLook | undefined {
  const taken = recent;
  recent = undefined;
  return taken?.fn === fn ? taken.look : undefined;
}

export function forgetLook(): void {
  recent = undefined;
}
