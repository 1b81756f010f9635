import type * as Crypto from 'node:crypto';
import { createRequire } from 'node:module';
import { types } from 'node:util';

import { analyzeFunction } from './analyze-function.js';
import type { FunctionAnalysis } from './analyze-function.js';
import { closureOf } from './closure.js';
import type { AnyFunction, FunctionDescriptor, FunctionSource, ImportedName } from './function-descriptor.js';
import { referenceOf } from './function-reference.js';
import { processInspector } from './inspect-function.js';
import type { FunctionInspector, VariableValue } from './inspect-function.js';
import { importsOf } from './module-imports.js';
import { refuseFunction } from './refuse-function.js';
import type { Obstacle } from './refuse-function.js';
import { scriptStart, showPosition } from './script-position.js';
import type { ScriptStart } from './script-position.js';
import { TextCache } from './text-cache.js';

/** All that was found out about functions of one text, strictness and name. */
interface KnownText {
  readonly name: string;
  readonly sloppy: boolean;
  readonly analysis: FunctionAnalysis;
  /** One for all of them, or one for each place when they import. */
  readonly descriptors: FunctionSource[];
}

const require = createRequire(import.meta.url);
/** Takes 7 ms to load: not before it is needed. */
let crypto: typeof Crypto | undefined;

const NATIVE = /\{\s*\[native code\]\s*\}$/;

/** Characters of function texts kept in each generation of the cache. */
const CACHED_TEXT = 4_000_000;
/** Functions of one text that differ in name or place: those of computed names, say, may be endless. */
const CACHED_VARIANTS = 32;

/**
 * Makes a {@link describeFunction} with an inspector of one's own.
 *
 * @internal
 */
export function createFunctionDescriber(inspector: FunctionInspector): (fn: AnyFunction, asValue?: boolean) => FunctionDescriptor {
  /** Functions themselves: nothing in a descriptor can change for the same function. */
  const tasks = new WeakMap<AnyFunction, FunctionSource>();
  const values = new WeakMap<AnyFunction, FunctionSource>();
  /** A function made anew in a loop is another object with the same text. */
  const texts = new TextCache<KnownText[]>(CACHED_TEXT);

  return (given, asValue = false) => {
    const fn = closureOf(given)?.fn ?? given;
    const reference = referenceOf(given) ?? referenceOf(fn);
    if (reference !== undefined) return reference;
    // What can be called travels as a value in the same way.
    let descriptor = tasks.get(fn) ?? (asValue ? values.get(fn) : undefined);
    if (descriptor !== undefined) return descriptor;
    descriptor = describeSource(fn, texts, inspector, asValue);
    (asValue ? values : tasks).set(fn, descriptor);
    return descriptor;
  };
}

/**
 * Says how a function can travel: by reference when it has one (see {@link task}), else by source.
 *
 * Repeated calls for the same function cost a look-up in a WeakMap; for a function made anew from the same text, its
 * text is compared. What a function looks up in its surroundings is looked up once for each text, so of two functions
 * with the same text and name in different files, stack traces may name the first.
 *
 * @param fn - the function
 * @param asValue - whether it is to travel inside a value, rather than to be called: then classes and generators can too
 * @returns plain data that can be posted to a worker; the same object for the same function
 * @throws SerializationError when the function can't travel, with every reason and its remedy
 * @example
 * ```ts
 * import { describeFunction, loadFunction } from '@heddle/serialization';
 *
 * const add = await loadFunction(describeFunction((a: number, b: number) => a + b));
 * export const five = add(2, 3);
 * ```
 */
export const describeFunction: (fn: AnyFunction, asValue?: boolean) => FunctionDescriptor = createFunctionDescriber(processInspector);

function describeSource(fn: AnyFunction, texts: TextCache<KnownText[]>, inspector: FunctionInspector, asValue: boolean): FunctionSource {
  if (types.isProxy(fn)) throw refuseFunction('', undefined, [{ kind: 'proxy' }]);
  const name = ownName(fn);
  const text = Function.prototype.toString.call(fn);
  // Only functions that are neither strict nor arrows, methods or async have this property of their own.
  const sloppy = Object.hasOwn(fn, 'caller');
  let sameText = texts.get(text);
  let entry = sameText?.find((each) => each.name === name && each.sloppy === sloppy);
  if (entry === undefined) {
    if (NATIVE.test(text)) throw refuseFunction(name, undefined, [{ kind: name.startsWith('bound ') ? 'bound' : 'native' }]);
    entry = { name, sloppy, analysis: analyzeFunction(text, sloppy), descriptors: [] };
    if (sameText === undefined) texts.set(text, (sameText = []));
    pushBounded(sameText, entry);
  }
  const { analysis, descriptors } = entry;
  const first = descriptors[0];
  const notCallable = asValue ? undefined : analysis.notCallable;
  if (first !== undefined && notCallable === undefined && !analysis.importsByPlace && analysis.captures.length === 0) return first;

  const inspection = inspector.inspect(fn, analysis.globals);
  const start = scriptStart(inspection?.position, analysis.source.slice(0, analysis.origin));
  const obstacles = notCallable === undefined ? [...analysis.obstacles] : [notCallable];
  if (analysis.importsByPlace && start.url === undefined) obstacles.push({ kind: 'unplaced' });
  // A name that looks like a global's and is a variable's is captured like any other.
  const names = [...analysis.captures, ...(inspection?.variables ?? [])];
  const shown = names.filter((each) => each !== 'this');
  const values = obstacles.length > 0 || shown.length === 0 ? undefined : inspector.valuesOf(fn, shown);
  obstacles.push(...ofCommonJs(names, values));
  if (obstacles.length > 0) throw refuseFunction(name, showPosition(start), obstacles);

  const described = createDescriptor(name, analysis, start, sorted(names, values, start.url));
  const same = descriptors.find(({ id }) => id === described.id);
  if (same !== undefined) return same;
  pushBounded(descriptors, described);
  return described;
}

function pushBounded<T>(list: T[], item: T): void {
  if (list.length >= CACHED_VARIANTS) list.length = 0;
  list.push(item);
}

/** Not `fn.name`, which may be a getter. */
function ownName(fn: AnyFunction): string {
  const name: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value;
  return typeof name === 'string' ? name : '';
}

/** `module` and `exports` are bound to their file. */
function ofCommonJs(names: readonly string[], values: ReadonlyMap<string, VariableValue> | undefined): Obstacle[] {
  const bound = names.filter((name) => (name === 'module' || name === 'exports') && values?.get(name) !== undefined);
  return bound.map((name) => ({ kind: 'captured', name }));
}

/** Which names are imported again, and which variables travel by their value; a name that is declared nowhere stays as it is. */
function sorted(
  names: readonly string[],
  values: ReadonlyMap<string, VariableValue> | undefined,
  url: string | undefined,
): Pick<FunctionSource, 'captures' | 'imports'> {
  const imports: ImportedName[] = [];
  const captures: string[] = [];
  for (const name of names) {
    const variable = values?.get(name);
    if (values?.has(name) === false && name !== 'this') continue;
    const value = variable?.value;
    const isCode = typeof value === 'function' || (typeof value === 'object' && value !== null);
    const imported = url !== undefined && isCode ? importsOf(url).get(name) : undefined;
    if (name === 'require' && typeof value === 'function' && url !== undefined) imports.push({ local: name, specifier: '', imported: 'require' });
    else if (imported === undefined) captures.push(name);
    else imports.push(imported);
  }
  return { captures, imports };
}

function createDescriptor(
  name: string,
  analysis: FunctionAnalysis,
  start: ScriptStart,
  names: Pick<FunctionSource, 'captures' | 'imports'>,
): FunctionSource {
  const { source, form, strict, importsModules } = analysis;
  const content = { name, source, form, strict, importsModules, ...start, ...names };
  crypto ??= require('node:crypto') as typeof Crypto;
  const id = crypto.createHash('sha256').update(JSON.stringify(content)).digest('base64url');
  return Object.freeze({ kind: 'source', id, ...content });
}
