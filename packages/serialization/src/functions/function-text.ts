/** Reads the text of functions, whatever a program has made of `Function.prototype.toString`. */
import { types } from 'node:util';
import { runInNewContext } from 'node:vm';

import type { AnyFunction } from './function-descriptor.js';
import { processInspector } from './inspect-function.js';

const NATIVE = /\{\s*\[native code\]\s*\}$/;

type ToText = (this: AnyFunction) => string;

// eslint-disable-next-line @typescript-eslint/unbound-method -- it is called on functions
let toText: ToText = Function.prototype.toString;
let isChecked = false;

/** @returns the text from which a function was compiled; for native code a text that says so */
export function textOf(fn: AnyFunction): string {
  if (!isChecked) {
    isChecked = true;
    // It was replaced before this module was loaded. The one of another realm does the same.
    if (!isNative(toText)) toText = runInNewContext('Function.prototype.toString') as ToText;
  }
  return Reflect.apply(toText, fn, []);
}

/** Tells whether a text is that of native code, which says nothing. */
export function isNativeText(text: string): boolean {
  return NATIVE.test(text);
}

/** Doesn't test its text, since that is what may be wrong. */
function isNative(fn: ToText): boolean {
  if (types.isProxy(fn) || Object.hasOwn(fn, 'prototype') || fn.name.startsWith('bound ')) return false;
  return processInspector.look(fn, [])?.location === undefined;
}
