import type * as Crypto from 'node:crypto';
import { types } from 'node:util';

import { knowModulesOf } from '../classes/known-modules.js';
import { requireOfNode } from '../require-of-node.js';
import type { FunctionAnalysis } from './analyze-function.js';
import { closureOf } from './closure.js';
import type { AnyFunction, FunctionDescriptor, FunctionPlace, FunctionSource } from './function-descriptor.js';
import { referenceOf } from './function-reference.js';
import { isNativeText, textOf } from './function-text.js';
import { processInspector } from './inspect-function.js';
import type { FunctionInspector, FunctionLook } from './inspect-function.js';
import { KnownTexts, type KnownText } from './known-text.js';
import { standsAt } from './module-scopes.js';
import { platformFunction } from './platform-function.js';
import { checkProgramModule } from './program-module.js';
import { forgetLook, rememberLook } from './recent-look.js';
import { refuseFunction } from './refuse-function.js';
import type { Effort } from './script-names.js';
import { scriptStart, showPosition } from './script-position.js';
import type { ScriptStart } from './script-position.js';
import { dependsOnModule, openNames, sortNames, type SortedNames } from './sort-names.js';

type Named = ReadonlyMap<string, unknown> | undefined;
type Describe = (fn: AnyFunction, asValue?: boolean) => FunctionDescriptor;

const nowhere: ScriptStart = { url: undefined, line: 0, column: 0 };
/** Loaded when it is first needed, since loading takes 7 ms. */
let crypto: typeof Crypto | undefined;

/**
 * Makes a {@link describeFunction} with an inspector of its own. Its last look is kept for the reader of captures.
 * @internal
 */
export function createFunctionDescriber(inspector: FunctionInspector): Describe {
  /** By the functions themselves, since a function's descriptor never changes. */
  const tasks = new WeakMap<AnyFunction, FunctionDescriptor>();
  const values = new WeakMap<AnyFunction, FunctionDescriptor>();
  const texts = new KnownTexts();

  return (given, asValue = false) => {
    const bound = closureOf(given);
    const fn = bound?.fn ?? given;
    const reference = referenceOf(given) ?? referenceOf(fn);
    if (reference !== undefined) {
      checkProgramModule(reference);
      return reference;
    }
    const named = bound === undefined || bound.captures.size === 0 ? undefined : bound.captures;
    const key = named === undefined ? fn : given;
    // A function that can be called travels as a value in the same way.
    let descriptor = tasks.get(key) ?? (asValue ? values.get(key) : undefined);
    if (descriptor !== undefined) return descriptor;
    descriptor = describe(fn, named, texts, inspector, asValue);
    (asValue ? values : tasks).set(key, descriptor);
    return descriptor;
  };
}

const describeProcess = createFunctionDescriber(processInspector);

/**
 * Describes how a function travels: by reference if it has one (see {@link task}), by its place if it belongs to the language or to
 * Node, otherwise by source.
 *
 * Another call for the same function costs a look-up in a WeakMap. A new function with the same text, if it uses surrounding variables,
 * costs a look at them, since a name may mean something else there. If two functions in different files have the same text and name
 * and use no surrounding variables, stack traces may name the file of the first one.
 *
 * @param fn - the function
 * @param asValue - whether the function travels inside a value instead of being called. Classes and generators can then travel, too
 * @returns plain data that can be posted to a worker; the same object for the same function
 * @throws SerializationError (`HEDDLE_SERIALIZATION`) when the function cannot travel, with every reason and its remedy
 * @example
 * ```ts
 * import { describeFunction, loadFunction } from '@heddle/serialization';
 *
 * const add = await loadFunction(describeFunction((a: number, b: number) => a + b));
 * export const five = add(2, 3);
 * ```
 */
export const describeFunction: Describe = (fn, asValue) => {
  const descriptor = describeToEncode(fn, asValue);
  forgetLook();
  return descriptor;
};

/**
 * Works as {@link describeFunction}, for a caller that encodes the function right after, before any other code can run. The variables that
 * were seen are not looked up again.
 */
export const describeToEncode: Describe = (fn, asValue) => {
  const descriptor = describeProcess(fn, asValue);
  knowModulesOf(descriptor);
  return descriptor;
};

function describe(
  fn: AnyFunction,
  named: Named,
  texts: KnownTexts,
  inspector: FunctionInspector,
  asValue: boolean,
): FunctionSource | FunctionPlace {
  if (types.isProxy(fn)) throw refuseFunction('', undefined, [{ kind: 'proxy' }]);
  const name = ownName(fn);
  const text = textOf(fn);
  const isNative = isNativeText(text);
  const place = asValue || !text.startsWith('class') ? platformFunction(fn, name, isNative, inspector, isNative) : undefined;
  if (place !== undefined) return place;
  if (isNative) throw refuseFunction(name, undefined, [{ kind: name.startsWith('bound ') ? 'bound' : 'native' }]);
  // Only functions that are neither strict nor arrows, methods or async have this property of their own.
  const known = texts.get(text, name, Object.hasOwn(fn, 'caller'));
  return describeSource(fn, named, known, inspector, asValue);
}

function describeSource(
  fn: AnyFunction,
  named: Named,
  known: KnownText,
  inspector: FunctionInspector,
  asValue: boolean,
): FunctionSource | FunctionPlace {
  const { analysis, name } = known;
  const open = openNames(analysis, named);
  const obstacles = [...(asValue || analysis.notCallable === undefined ? analysis.obstacles : [analysis.notCallable])];
  const isAnywhere = obstacles.length === 0 && !analysis.importsByPlace;
  /** No look is needed when nothing around the function decides what it means. */
  const withoutLook = isAnywhere && open.length === 0 ? sortNames(analysis, named, undefined, nowhere).signature : undefined;
  const found = withoutLook !== undefined ? known.known(withoutLook) : isAnywhere ? known.settled(open) : undefined;
  if (found !== undefined) return found;

  const look = inspector.look(fn, obstacles.length > 0 ? [] : open);
  // Without an inspector its variables can't be found out, so it is refused unless it is of the platform.
  const place = look === undefined ? platformFunction(fn, name, false, inspector, true) : undefined;
  if (place !== undefined) return place;
  const start = startOf(look, known, inspector);
  // It was not found among the exports of Node's modules, so it uses internals of Node.
  if (obstacles.length === 0 && start.url?.startsWith('node:') === true) obstacles.push({ kind: 'native' });
  if (analysis.importsByPlace && start.url === undefined) obstacles.push({ kind: 'unplaced' });
  const names = sortNames(analysis, named, look, start);
  obstacles.push(...names.obstacles);
  if (obstacles.length > 0) throw refuseFunction(name, showPosition(start), obstacles);

  const { url = '', line, column } = start;
  const key = withoutLook ?? `${names.signature} ${String(line)}:${String(column)} ${url}`;
  const descriptor = known.descriptor(key, () => createDescriptor(name, analysis, start, names));
  const isNamed = names.captures.every((each) => named?.has(each) === true);
  if (isNamed && names.imports.length === 0 && !analysis.importsByPlace) known.looked(descriptor);
  else if (look !== undefined) rememberLook(fn, look);
  return descriptor;
}

function startOf(look: FunctionLook | undefined, known: KnownText, inspector: FunctionInspector): ScriptStart {
  const { analysis } = known;
  const before = analysis.source.slice(0, analysis.origin);
  if (look?.location === undefined) return scriptStart(undefined, before);
  const { location } = look;
  const { scriptId, line, column } = location;
  const placed = (url: string | undefined): ScriptStart => scriptStart({ url: url ?? '', line, column }, before);
  const effort = effortFor(look, analysis);
  const isEvaluated = known.isEvaluated(location);
  let name = inspector.scriptName(scriptId, isEvaluated && effort !== 'needed' ? 'free' : 'stack');
  if (name === undefined && !isEvaluated) {
    if (look.variables.size > 0 && !look.isInModule) inspector.nameScript(scriptId, (url) => standsAt({ ...placed(url), ...analysis }));
    name = inspector.scriptName(scriptId, effort);
    if (name === '') known.wasEvaluated(location);
  }
  return placed(name);
}

function effortFor(look: FunctionLook, { importsByPlace }: FunctionAnalysis): Effort {
  if (importsByPlace || (look.isInModule && look.variables.size > 0) || dependsOnModule(look)) return 'needed';
  return look.variables.size > 0 ? 'likely' : 'shown';
}

/** Not `fn.name`, which may be a getter. */
function ownName(fn: AnyFunction): string {
  const name: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value;
  return typeof name === 'string' ? name : '';
}

function createDescriptor(
  name: string,
  analysis: FunctionAnalysis,
  start: ScriptStart,
  { captures, imports }: SortedNames,
): FunctionSource {
  const { source, form, strict, importsModules } = analysis;
  const content = { name, source, form, strict, importsModules, ...start, captures, imports };
  crypto ??= requireOfNode('node:crypto') as typeof Crypto;
  const id = crypto.createHash('sha256').update(JSON.stringify(content)).digest('base64url');
  return Object.freeze({ kind: 'source', id, ...content });
}
