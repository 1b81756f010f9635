/**
 * Finds what only the debugger's view of a function shows: its script and position, and the values of the variables around it, each with
 * the kind of its scope. One look takes four calls to the inspector, 0.1 ms:
 *
 *   function ─▶ [[FunctionLocation]] ─▶ script, line, column
 *            ─▶ [[Scopes]] ─▶ innermost scope first: the first that has a name is the one that the function sees
 */
import type * as Inspector from 'node:inspector';

import type { AnyFunction } from './function-descriptor.js';
import { STASH, ask, evaluate, mainGlobal, withSession } from './inspector-session.js';
import { nameScript, scriptName, type Effort } from './script-names.js';

/** A place in a script, counted from 0. */
export interface ScriptLocation {
  /** V8's number of the script. */
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
}

/** A variable that a function sees. */
export interface Variable {
  /** Its current value; undefined also before its declaration has run. */
  readonly value: unknown;
  /** True when its declaration has not run. Only V8 of Node 22 and later shows that. */
  readonly isUninitialised: boolean;
  /** The scope that declares it: a module's own, the global object, or any other. */
  readonly scope: 'module' | 'global' | 'local';
  /**
   * True when a function in between has that name. The name of a function expression is a variable within it, which V8 does not show. So
   * the function may see another variable than the one that was found, or one although none was found.
   */
  readonly isDoubtful: boolean;
}

/** The result of a look at a function. */
export interface FunctionLook {
  /** The beginning of an arrow function; of all others the beginning of the parameters. Native code has none. */
  readonly location: ScriptLocation | undefined;
  /** The variables around it that have one of the requested names. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** True when it is in an ES module, or in code that one evaluated; known only when names were requested. */
  readonly isInModule: boolean;
}

/** Looks at functions. */
export interface FunctionInspector {
  /** @returns `undefined` where that is not possible */
  look(fn: AnyFunction, names: readonly string[]): FunctionLook | undefined;
  /** See {@link scriptName}. */
  scriptName(scriptId: string, effort: Effort): string | undefined;
  /** See {@link nameScript}. */
  nameScript(scriptId: string, stands: (url: string) => boolean): void;
}

/** One of a function's `[[Scopes]]`. */
interface Scope {
  readonly description: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/** The inspector of this process. */
export const processInspector: FunctionInspector = {
  look: (fn, names) => {
    const variables = new Map<string, Variable>();
    let isInModule = false;
    const read = (scopes: readonly Scope[]): void => {
      readVariables(scopes, names, variables);
      isInModule = hasModule(scopes);
    };
    return withSession({ fn, read }, (session) => {
      const objectId = evaluate(session, `${STASH}.fn`);
      const answer = ask(session, 'Runtime.getProperties', { objectId, ownProperties: true });
      const { internalProperties = [] } = answer as Inspector.Runtime.GetPropertiesReturnType;
      const internal = (name: string): Inspector.Runtime.RemoteObject | undefined =>
        internalProperties.find((each) => each.name === name)?.value;
      const scopes = internal('[[Scopes]]')?.objectId;
      // The values are read in this process, since they can't leave it.
      if (scopes !== undefined && names.length > 0) {
        const reading = ask(session, 'Runtime.callFunctionOn', { objectId: scopes, functionDeclaration: READ, silent: true });
        if ((reading as Inspector.Runtime.CallFunctionOnReturnType).exceptionDetails !== undefined) return undefined;
      }
      return { location: locationOf(internal('[[FunctionLocation]]')), variables, isInModule };
    });
  },
  scriptName,
  nameScript,
};

const READ = `function () { ${STASH}.read(this); }`;

function locationOf(object: Inspector.Runtime.RemoteObject | undefined): ScriptLocation | undefined {
  if (object === undefined) return undefined;
  const { scriptId, lineNumber, columnNumber = 0 } = object.value as Inspector.Debugger.Location;
  return { scriptId, line: lineNumber, column: columnNumber };
}

function hasModule(scopes: readonly Scope[]): boolean {
  for (let i = scopes.length - 1; i >= 0; i--) if (isModule(scopes[i] as Scope)) return true;
  return false;
}

function isModule({ description }: Scope): boolean {
  return /^Module\b/.test(description);
}

/** Innermost scope first. The globals of both contexts count as the global scope, since Jest copies some from one to the other. */
function readVariables(scopes: readonly Scope[], names: readonly string[], found: Map<string, Variable>): void {
  for (const name of names) {
    let isDoubtful = false;
    let isFound = false;
    // The list is the inspector's own and can't be iterated.
    // eslint-disable-next-line @typescript-eslint/prefer-for-of
    for (let i = 0; i < scopes.length; i++) {
      const scope = scopes[i] as Scope;
      const { object, description } = scope;
      const isGlobal = object === mainGlobal || object === globalThis;
      if (name in object) {
        found.set(name, { ...read(object, name), scope: isGlobal ? 'global' : isModule(scope) ? 'module' : 'local', isDoubtful });
        isFound = true;
        break;
      }
      if (description === `Closure (${name})`) isDoubtful = true;
      if (isGlobal && name in globalThis) {
        found.set(name, { ...read(globalThis, name), scope: 'global', isDoubtful });
        isFound = true;
        break;
      }
    }
    if (isDoubtful && !isFound) found.set(name, { value: undefined, isUninitialised: false, scope: 'local', isDoubtful });
  }
}

/** Before a variable's declaration has run, V8 of Node 22 and later throws, and older V8 gives undefined. */
function read(object: object, name: string): Pick<Variable, 'value' | 'isUninitialised'> {
  try {
    return { value: (object as Record<string, unknown>)[name], isUninitialised: false };
  } catch {
    return { value: undefined, isUninitialised: true };
  }
}
