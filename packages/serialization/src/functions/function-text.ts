/** The text of functions, whatever a program made of `Function.prototype.toString`. */
import { types } from 'node:util';
import { runInNewContext } from 'node:vm';

import type { AnyFunction } from './function-descriptor.js';
import { processInspector } from './inspect-function.js';

const NATIVE = /\{\s*\[native code\]\s*\}$/;

type ToText = (this: AnyFunction) => string;

// eslint-disable-next-line @typescript-eslint/unbound-method -- it is called on functions
let toText: ToText = Function.prototype.toString;
let isChecked = false;

/** The text that a function was compiled from; that of native code says that it is. */
export function textOf(fn: AnyFunction): string {
  if (!isChecked) {
    isChecked = true;
    // It was replaced before this was loaded. One of another realm does the same.
    if (!isNative(toText)) toText = runInNewContext('Function.prototype.toString') as ToText;
  }
  return Reflect.apply(toText, fn, []);
}

/** Whether it is the text of native code, which says nothing. */
export function isNativeText(text: string): boolean {
  return NATIVE.test(text);
}

/** Not by its text, which is what may be wrong. */
function isNative(fn: ToText): boolean {
  if (types.isProxy(fn) || Object.hasOwn(fn, 'prototype') || fn.name.startsWith('bound ')) return false;
  return processInspector.look(fn, [])?.location === undefined;
}
