/**
 * Decides how each name travels that a function uses and does not declare. The innermost scope around the function that declares the name
 * decides:
 *
 *   named by closure()                  its value travels
 *   a module's own, and imported there  it is imported again
 *   one that Vite made of an import     it is imported again
 *   one that holds an export of Heddle  it is imported, if nothing assigns to the variable
 *   any other                           its value travels
 *   the global object                   a worker has its own, or it is a variable of the program's like any other
 *   none                                it stays as it is
 */
import type { FunctionAnalysis } from './analyze-function.js';
import { isCommonJsExports, isCommonJsModule, isNodeRequire } from './commonjs.js';
import type { AnyFunction, ImportedName } from './function-descriptor.js';
import { hasOtherFunction } from './function-names.js';
import { textOf } from './function-text.js';
import type { FunctionLook, Variable } from './inspect-function.js';
import { importsOf } from './module-imports.js';
import { isReassigned, namesFunctionExpression } from './module-scopes.js';
import { ownExport } from './own-exports.js';
import type { Obstacle } from './refuse-function.js';
import type { ScriptStart } from './script-position.js';
import { isViteName, viteName } from './vite-names.js';

/** The outcome of {@link sortNames}. */
export interface SortedNames {
  readonly captures: readonly string[];
  readonly imports: readonly ImportedName[];
  /** Names of values that can't travel: `module` and `exports` of CommonJS, functions that V8 does not show. */
  readonly obstacles: readonly Obstacle[];
  /** Equal for equal outcomes of one text in one script. */
  readonly signature: string;
}

type Analysed = Pick<FunctionAnalysis, 'captures' | 'globals' | 'source' | 'form'>;

/** @returns the names whose variables have to be looked up; not `this`, which nothing shows */
export function openNames(
  { captures, globals }: Pick<Analysed, 'captures' | 'globals'>,
  named: ReadonlyMap<string, unknown> | undefined,
): string[] {
  const names = [...captures, ...globals].filter((name) => name !== 'this');
  return named === undefined ? names : names.filter((name) => !named.has(name));
}

/** Tells whether the module of a function has to be known, because only its text shows its imports and uninitialised variables. */
export function dependsOnModule({ variables }: FunctionLook): boolean {
  for (const [name, variable] of variables) {
    if (
      variable.isDoubtful ||
      mayBeImported(variable) ||
      isRequire(name, variable) ||
      (variable.value === undefined && variable.scope !== 'global')
    )
      return true;
  }
  return false;
}

/**
 * Sorts the names of a function.
 *
 * @param named - by `closure()`
 * @param look - `undefined` when variables can't be seen here: then every name that is no global has to be named
 * @param start - the place of the function, as far as it is known
 */
export function sortNames(
  analysis: Analysed,
  named: ReadonlyMap<string, unknown> | undefined,
  look: FunctionLook | undefined,
  start: ScriptStart,
): SortedNames {
  const captures: string[] = [];
  const imports: ImportedName[] = [];
  const obstacles: Obstacle[] = [];
  let signature = '';
  const sort = (name: string, isGlobal: boolean): void => {
    const kind = named?.has(name) === true || name === 'this' ? 'c' : kindOf(name, isGlobal, look, start, analysis);
    signature += typeof kind === 'string' ? kind : isOwn(kind) ? `i<${kind.specifier}#${kind.imported}>` : 'i';
    if (kind === 'c') captures.push(name);
    else if (kind !== '-' && 'local' in kind) imports.push(kind);
    else if (kind !== '-') obstacles.push(kind);
  };
  for (const name of analysis.captures) sort(name, false);
  for (const name of analysis.globals) sort(name, true);
  return { captures, imports, obstacles, signature };
}

/** @returns 'c' when the value travels; '-' when the name stays as it is */
function kindOf(
  name: string,
  isGlobal: boolean,
  look: FunctionLook | undefined,
  start: ScriptStart,
  analysis: Analysed,
): ImportedName | Obstacle | 'c' | '-' {
  if (look === undefined) return isGlobal ? '-' : 'c';
  const variable = look.variables.get(name);
  if (isHidden(name, variable, start, analysis)) return { kind: 'hidden', name };
  if (variable === undefined || (isGlobal && variable.scope === 'global')) return '-';
  const { url } = start;
  if (isViteName(name) && variable.scope !== 'global') return viteName(name, look, url);
  const own = variable.scope === 'local' ? ownImport(name, variable.value) : undefined;
  if (own !== undefined && !isReassigned({ ...start, source: analysis.source, form: analysis.form }, name)) return own;
  if (url === undefined) return 'c';
  if (isRequire(name, variable)) return { local: name, specifier: '', imported: 'require' };
  if (name === 'module' && isCommonJsModule(variable.value)) return { kind: 'captured', name };
  if (name === 'exports' && isCommonJsExports(variable.value, url)) return { kind: 'captured', name };
  return (mayBeImported(variable) ? importsOf(url).get(name) : undefined) ?? 'c';
}

/** Imports of what a variable holds, by {@link ownImport}. */
const ofVariables = new WeakSet<ImportedName>();

/** Tells whether a name is imported because of the variable's value, which may be another around another function of the same text. */
function isOwn(kind: ImportedName | Obstacle): kind is ImportedName {
  return 'local' in kind && ofVariables.has(kind);
}

function ownImport(local: string, value: unknown): ImportedName | undefined {
  const found = typeof value === 'function' ? ownExport(value as AnyFunction) : undefined;
  if (found === undefined) return undefined;
  const name = { local, specifier: found.specifier, imported: found.name };
  ofVariables.add(name);
  return name;
}

/** Tells whether a name is that of a function expression around the function. The module's text tells so, if there may be one. */
function isHidden(name: string, variable: Variable | undefined, { url, line, column }: ScriptStart, { source, form }: Analysed): boolean {
  const isDoubtful = variable?.isDoubtful === true;
  if (!isDoubtful && (url === undefined || !hasOtherFunction(url, name, variable))) return false;
  const isExpression = namesFunctionExpression({ url, line, column, source, form }, name);
  if (isExpression !== undefined) return isExpression;
  // A function that contains this one, found by its name: it is declared, or held by a variable of that name.
  const value = variable?.value;
  return isDoubtful && !(typeof value === 'function' && value.name === name && textOf(value as AnyFunction).includes(source));
}

/** Tells whether a value may be imported. Values that are neither functions nor objects travel as they are. */
function mayBeImported({ scope, value }: Variable): boolean {
  return scope === 'module' && (typeof value === 'function' || (typeof value === 'object' && value !== null));
}

function isRequire(name: string, { value }: Variable): boolean {
  return name === 'require' && isNodeRequire(value);
}
