/**
 * What becomes of the names that a function uses and does not declare. The scope that declares a name decides, and that is
 * the innermost one around the function that has it:
 *
 *   named by closure()                  its value travels
 *   a module's own, and imported there  it is imported again
 *   any other                           its value travels
 *   the global object                   a worker has its own, or it is a variable of the program's like any other
 *   none                                it stays as it is
 */
import type { FunctionAnalysis } from './analyze-function.js';
import type { ImportedName } from './function-descriptor.js';
import type { FunctionLook, Variable } from './inspect-function.js';
import { importsOf } from './module-imports.js';
import { isCommonJsExports, isCommonJsModule, isNodeRequire } from './commonjs.js';

/** The outcome of {@link sortNames}. */
export interface SortedNames {
  readonly captures: readonly string[];
  readonly imports: readonly ImportedName[];
  /** `module` and `exports` of a CommonJS module: they are bound to their file. */
  readonly bound: readonly string[];
  /** Equal for equal outcomes of one text in one script. */
  readonly signature: string;
}

type Analysed = Pick<FunctionAnalysis, 'captures' | 'globals'>;

/** The names whose variables have to be looked up. `this` is shown by nobody. */
export function openNames({ captures, globals }: Analysed, named: ReadonlyMap<string, unknown> | undefined): string[] {
  const names = [...captures, ...globals].filter((name) => name !== 'this');
  return named === undefined ? names : names.filter((name) => !named.has(name));
}

/** Whether the module that a function stands in has to be known: what it imports, and what is not initialised yet, is said by its text. */
export function dependsOnModule({ variables }: FunctionLook): boolean {
  for (const [name, variable] of variables) {
    if (mayBeImported(variable) || isRequire(name, variable) || (variable.value === undefined && variable.scope !== 'global')) return true;
  }
  return false;
}

/**
 * Sorts the names of a function.
 *
 * @param named - by closure()
 * @param look - `undefined`: no variable can be seen here, and what is no global has to be named
 * @param url - of the script, if it is known
 */
export function sortNames(analysis: Analysed, named: ReadonlyMap<string, unknown> | undefined, look: FunctionLook | undefined, url: string | undefined): SortedNames {
  const captures: string[] = [];
  const imports: ImportedName[] = [];
  const bound: string[] = [];
  let signature = '';
  const sort = (name: string, isGlobal: boolean): void => {
    const kind = named?.has(name) === true || name === 'this' ? 'c' : kindOf(name, isGlobal, look, url);
    if (kind === 'c') captures.push(name);
    else if (kind === 'b') bound.push(name);
    else if (kind !== '-') imports.push(kind);
    signature += typeof kind === 'string' ? kind : 'i';
  };
  for (const name of analysis.captures) sort(name, false);
  for (const name of analysis.globals) sort(name, true);
  return { captures, imports, bound, signature };
}

/** 'c': its value travels; 'b': it is bound to its file; '-': it stays as it is. */
function kindOf(name: string, isGlobal: boolean, look: FunctionLook | undefined, url: string | undefined): ImportedName | 'c' | 'b' | '-' {
  if (look === undefined) return isGlobal ? '-' : 'c';
  const variable = look.variables.get(name);
  if (variable === undefined || (isGlobal && variable.scope === 'global')) return '-';
  if (url === undefined) return 'c';
  if (isRequire(name, variable)) return { local: name, specifier: '', imported: 'require' };
  if (name === 'module' && isCommonJsModule(variable.value)) return 'b';
  if (name === 'exports' && isCommonJsExports(variable.value, url)) return 'b';
  return (mayBeImported(variable) ? importsOf(url).get(name) : undefined) ?? 'c';
}

/** What is no code and no object is taken as it is. */
function mayBeImported({ scope, value }: Variable): boolean {
  return scope === 'module' && (typeof value === 'function' || (typeof value === 'object' && value !== null));
}

function isRequire(name: string, { value }: Variable): boolean {
  return name === 'require' && isNodeRequire(value);
}
