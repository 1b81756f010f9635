import { Script, constants } from 'node:vm';
import type { ScriptOptions } from 'node:vm';

import { SerializationError } from '@heddle/futures/errors';

import type { FunctionForm, FunctionSource, LoadedFunction } from './function-descriptor.js';

/** What stands around the text, so that a script's value is the function. */
const WRAPPERS: Readonly<Record<FunctionForm, { before: string; after: string }>> = {
  expression: { before: '(', after: ')' },
  method: { before: '({', after: '})' },
  'nameless method': { before: '({_', after: '})' },
  'nameless async method': { before: '({async _', after: '})' },
};

/**
 * Compiles a function that travelled by source, in the main context. For executor authors.
 *
 * The script bears the name of the one that defined the function and begins where the function stood, so stack traces,
 * `import()` and breakpoints work as they would there. The wrapper's own characters are made up for by a column offset
 * that may be negative.
 *
 * @throws SerializationError when the text does not compile, e.g. when this runtime is older than the caller's
 */
export function compileFunction(descriptor: FunctionSource): LoadedFunction {
  const { source, form, strict, url, line, column, importsModules } = descriptor;
  const { before, after } = WRAPPERS[form];
  const prefix = strict ? `"use strict";${before}` : before;
  const options: ScriptOptions = {
    filename: url ?? `[heddle task ${descriptor.name}]`,
    lineOffset: line,
    columnOffset: column - prefix.length,
  };
  if (importsModules) Object.assign(options, { importModuleDynamically: mainLoader() });
  let value: unknown;
  try {
    value = new Script(prefix + source + after, options).runInThisContext();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SerializationError(`function "${descriptor.name}" does not compile in the worker: ${why}`, { cause });
  }
  const fn = (form === 'expression' ? value : onlyProperty(value as object)) as LoadedFunction;
  if (fn.name !== descriptor.name) Object.defineProperty(fn, 'name', { value: descriptor.name, configurable: true });
  return fn;
}

/** By descriptor: a method may be called `__proto__`. */
function onlyProperty(object: object): unknown {
  const [key = ''] = Reflect.ownKeys(object);
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

let loader: number | undefined;

/**
 * Node's token for "`import()` as in a module of that name". Its first use prints an ExperimentalWarning, which is none
 * of the user's concern: it is used up here, silently. Everything in here is synchronous, so no other warning is lost.
 */
function mainLoader(): number {
  if (loader !== undefined) return loader;
  loader = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const emitWarning = Reflect.get(process, 'emitWarning');
  process.emitWarning = () => {};
  try {
    new Script(`import('node:path')`, { importModuleDynamically: loader }).runInThisContext();
  } finally {
    process.emitWarning = emitWarning;
  }
  return loader;
}
