/**
 * What only the debugger's view of a function tells: which script it stands in and where, and which names its scopes
 * bind. Asked of the inspector of this very process, which answers at once (0.2 ms) and needs no flag.
 *
 * A session lives for one question: while one is connected, V8 keeps the arguments of console calls for it. The Debugger
 * domain, which alone lists scripts, is on for the moment of one sweep only, and a sweep (30 to 500 ms, since V8 hashes
 * all sources) only comes where the call stack does not name the script already.
 *
 *   function -> [[FunctionLocation]] -> scriptId -> known? -> on the stack? -> sweep -> URL
 *            -> [[Scopes]] -> which of these names, and what are their values now?
 */
import { createRequire } from 'node:module';
import type * as Inspector from 'node:inspector';
import { runInThisContext } from 'node:vm';

import type { AnyFunction } from './function-descriptor.js';

/** A place in a script, counted from 0. */
export interface ScriptPosition {
  /** The script's name: a URL, a path, `[eval]`, ...; empty for code made by `eval` or `Function`. */
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** What is known of a function beyond its text. */
export interface FunctionInspection {
  /** An arrow function's beginning; of all others the beginning of the parameters. */
  readonly position: ScriptPosition | undefined;
  /** Those of the names asked for that mean a variable, and not the global of that name. */
  readonly variables: readonly string[];
}

/** What a variable around a function holds; undefined also before its declaration. */
export interface VariableValue {
  readonly value: unknown;
}

/** Looks into functions; what it answers is `undefined` where there is no way to. */
export interface FunctionInspector {
  /** @param names - which of these are variables is asked */
  inspect(fn: AnyFunction, names: readonly string[]): FunctionInspection | undefined;
  /** The values that variables around a function have now; names that are declared nowhere are left out. */
  valuesOf(fn: AnyFunction, names: readonly string[]): ReadonlyMap<string, VariableValue> | undefined;
}

/** Where the inspector, which evaluates in the main context, finds what it is asked about. */
const stash: unique symbol = Symbol.for('@heddle/serialization.inspected') as never;
const STASH = `globalThis[Symbol.for('@heddle/serialization.inspected')]`;
/** In Jest and its like, modules run in another context than the main one. */
const mainGlobal = runInThisContext('globalThis') as { [stash]?: Stash };

interface Stash {
  readonly fn: AnyFunction;
  readonly realm: object;
  error: Error | undefined;
  found: Map<string, VariableValue> | undefined;
}

const urls = new Map<string, string>();
let inspector: typeof Inspector | null | undefined;

/** The inspector of this process. */
export const processInspector: FunctionInspector = {
  inspect: (fn, names) =>
    withSession(fn, (session) => {
      const internals = internalsOf(session);
      const location = internals.get('[[FunctionLocation]]')?.value as Inspector.Debugger.Location | undefined;
      const scopes = internals.get('[[Scopes]]')?.objectId;
      return {
        position: location === undefined ? undefined : positionOf(session, location),
        variables: scopes === undefined || names.length === 0 ? [] : variablesAmong(session, scopes, names),
      };
    }),
  valuesOf: (fn, names) =>
    withSession(fn, (session, held) => {
      const scopes = internalsOf(session).get('[[Scopes]]')?.objectId;
      if (scopes === undefined) return undefined;
      held.found = new Map();
      callOn(session, scopes, VALUES_OF, names);
      return held.found;
    }),
};

function withSession<T>(fn: AnyFunction, look: (session: Inspector.Session, held: Stash) => T): T | undefined {
  const session = connect();
  if (session === undefined) return undefined;
  const held: Stash = { fn, realm: globalThis, error: undefined, found: undefined };
  Object.defineProperty(mainGlobal, stash, { value: held, configurable: true });
  try {
    return look(session, held);
  } catch {
    return undefined;
  } finally {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- of the global object, which is a dictionary anyway
    delete mainGlobal[stash];
    session.disconnect();
  }
}

function connect(): Inspector.Session | undefined {
  try {
    inspector ??= createRequire(import.meta.url)('node:inspector') as typeof Inspector;
    const session = new inspector.Session();
    session.connect();
    return session;
  } catch {
    // Built without it, or forbidden by the permission model.
    return undefined;
  }
}

/** Within one process, the answer comes before `post` returns. */
function ask(session: Inspector.Session, method: string, parameters: object = {}): unknown {
  let answer: unknown;
  session.post(method, parameters, (error, result) => {
    if (error !== null) throw error;
    answer = result;
  });
  return answer;
}

function evaluate(session: Inspector.Session, expression: string): string | undefined {
  const answer = ask(session, 'Runtime.evaluate', { expression, silent: true });
  return (answer as Inspector.Runtime.EvaluateReturnType).result.objectId;
}

function internalsOf(session: Inspector.Session): Map<string, Inspector.Runtime.RemoteObject | undefined> {
  const objectId = evaluate(session, `${STASH}.fn`);
  const answer = ask(session, 'Runtime.getProperties', { objectId, ownProperties: true });
  const { internalProperties } = answer as Inspector.Runtime.GetPropertiesReturnType;
  return new Map(internalProperties?.map(({ name, value }) => [name, value]));
}

/** Innermost scope first. Both contexts' globals count as the global: Jest copies some from one to the other. */
const VARIABLES_AMONG = `function (names) {
  const { realm } = ${STASH};
  return names.filter((name) => {
    for (let i = 0; i < this.length; i++) {
      const scope = this[i].object;
      if (scope === globalThis || scope === realm) return false;
      if (name in scope) return scope[name] !== globalThis[name] && scope[name] !== realm[name];
    }
    return false;
  });
}`;

function variablesAmong(session: Inspector.Session, scopes: string, names: readonly string[]): string[] {
  const result = callOn(session, scopes, VARIABLES_AMONG, names);
  return Array.isArray(result) ? (result as string[]) : [];
}

/** Values don't leave the process: they are put where we find them. */
const VALUES_OF = `function (names) {
  const { realm, found } = ${STASH};
  for (const name of names) {
    for (let i = 0; i < this.length; i++) {
      const scope = this[i].object;
      const isGlobal = scope === globalThis || scope === realm;
      if (!(name in scope) && !(isGlobal && name in realm)) continue;
      found.set(name, { value: name in scope ? scope[name] : realm[name] });
      break;
    }
  }
}`;

function callOn(session: Inspector.Session, objectId: string, functionDeclaration: string, names: readonly string[]): unknown {
  const parameters = { objectId, functionDeclaration, arguments: [{ value: names }], returnByValue: true, silent: true };
  return (ask(session, 'Runtime.callFunctionOn', parameters) as Inspector.Runtime.CallFunctionOnReturnType).result.value;
}

function positionOf(session: Inspector.Session, location: Inspector.Debugger.Location): ScriptPosition | undefined {
  const { scriptId } = location;
  // Each eval makes a script.
  if (urls.size > 20_000) urls.clear();
  if (!urls.has(scriptId)) learnFromStack(session);
  if (!urls.has(scriptId)) learnFromSweep(session);
  const url = urls.get(scriptId);
  return url === undefined ? undefined : { url, line: location.lineNumber, column: location.columnNumber ?? 0 };
}

/** The script that defines a function is often the one that submits it. Stacks have script ids while Runtime is on. */
function learnFromStack(session: Inspector.Session): void {
  ask(session, 'Runtime.enable');
  try {
    const held = mainGlobal[stash];
    if (held === undefined) return;
    held.error = new Error();
    // Or it would be formatted for the answer: with source maps, frame by frame through their files.
    held.error.stack = '';
    const errorObjectId = evaluate(session, `${STASH}.error`);
    const answer = ask(session, 'Runtime.getExceptionDetails', { errorObjectId });
    const { exceptionDetails } = answer as { exceptionDetails?: Inspector.Runtime.ExceptionDetails };
    for (const { scriptId, url } of exceptionDetails?.stackTrace?.callFrames ?? []) urls.set(scriptId, url);
  } finally {
    ask(session, 'Runtime.disable');
  }
}

function learnFromSweep(session: Inspector.Session): void {
  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
  try {
    ask(session, 'Debugger.enable');
  } finally {
    ask(session, 'Debugger.disable');
  }
}
