/**
 * Finds facts about the variables around a function that only the text of a whole module shows: which variables keep their value for good,
 * and which can't be undefined once they are declared. A module is analysed only on demand, and once.
 */
import { WRAPPERS } from './compile-function.js';
import type { FunctionSource } from './function-descriptor.js';
import { moduleText } from './module-text.js';
import type { SyntaxNode } from './parse-function.js';
import { parsers } from './parsers.js';

interface Scope {
  readonly set: ReadonlyMap<string, Variable>;
  readonly upper: Scope | null;
}

interface Variable {
  readonly defs: readonly { readonly type: string; readonly node: SyntaxNode }[];
  readonly references: readonly { isWrite(): boolean; readonly init?: boolean }[];
}

interface ScopeManager {
  readonly scopes: readonly (Scope & { readonly block: SyntaxNode })[];
}

interface ModuleScopes {
  readonly text: string;
  readonly lineStarts: readonly number[];
  readonly manager: ScopeManager;
}

const modules = new Map<string, ModuleScopes | undefined>();
/** Larger modules would take too long to analyse. In characters. */
const most = 2_000_000;
const mostModules = 200;

/** @returns the captures that nothing assigns to after their declaration; none when that can't be found out */
export function neverReassigned(descriptor: FunctionSource): string[] {
  const scope = scopeOf(descriptor);
  if (scope === undefined) return [];
  return descriptor.captures.filter((name) => isFixed(variableOf(scope, name)));
}

/** Tells whether a variable that holds undefined is not initialised: its declaration gives it another value. */
export function isUninitialised(descriptor: FunctionSource, name: string): boolean {
  const scope = scopeOf(descriptor);
  const variable = scope === undefined ? undefined : variableOf(scope, name);
  if (!isFixed(variable)) return false;
  const [definition] = variable.defs;
  if (definition?.type === 'ClassName') return true;
  const { id, init } = (definition?.node ?? {}) as { id?: SyntaxNode; init?: SyntaxNode | null };
  return definition?.type === 'Variable' && id?.type === 'Identifier' && init?.type !== undefined && neverUndefined.has(init.type);
}

const neverUndefined = new Set([
  'Literal',
  'TemplateLiteral',
  'ObjectExpression',
  'ArrayExpression',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassExpression',
  'NewExpression',
]);

/**
 * Tells whether a name that a function uses is that of a function expression around it, which is a variable only within that.
 *
 * @returns `undefined` when that can't be found out
 */
export function namesFunctionExpression(place: Place, name: string): boolean | undefined {
  const scope = scopeOf(place);
  if (scope === undefined) return undefined;
  const [definition] = variableOf(scope, name)?.defs ?? [];
  return definition?.type === 'FunctionName' && definition.node.type === 'FunctionExpression';
}

/** Tells whether a variable is assigned to after its declaration; `false` when that can't be found out. */
export function isReassigned(place: Place, name: string): boolean {
  const scope = scopeOf(place);
  const variable = scope === undefined ? undefined : variableOf(scope, name);
  return variable !== undefined && !isFixed(variable);
}

/** Tells whether a text is at this position of a file. */
export function standsAt({ url, line, column, source }: Omit<Place, 'form'>): boolean {
  const text = url === undefined ? '' : moduleText(url);
  const start = lineStarts(text)[line];
  return start !== undefined && text.startsWith(source, start + column);
}

/** The position of a text. */
type Place = Pick<FunctionSource, 'url' | 'line' | 'column' | 'source' | 'form'>;

function scopeOf({ url, line, column, source, form }: Place): Scope | undefined {
  if (url === undefined) return undefined;
  const known = scopesOf(url);
  const at = known?.lineStarts[line];
  if (known === undefined || at === undefined) return undefined;
  const start = at + column;
  // The text that runs may differ from the one on disk: then nothing is known.
  if (known.text.slice(start, start + source.length) !== source) return undefined;
  const shift = WRAPPERS[form].before === '(' ? 0 : source.indexOf('(');
  return known.manager.scopes.find(({ block }) => block.start === start || block.start === start + shift);
}

function variableOf(scope: Scope, name: string): Variable | undefined {
  for (let each: Scope | null = scope.upper; each !== null; each = each.upper) {
    const variable = each.set.get(name);
    if (variable !== undefined) return variable;
  }
  return undefined;
}

function isFixed(variable: Variable | undefined): variable is Variable {
  if (variable?.defs.length !== 1) return false; // It is declared twice, or not here.
  const isParameter = variable.defs[0]?.type === 'Parameter';
  return variable.references.every((reference) => !reference.isWrite() || (reference.init === true && !isParameter));
}

function scopesOf(url: string): ModuleScopes | undefined {
  if (modules.has(url)) return modules.get(url);
  if (modules.size >= mostModules) modules.clear();
  const scopes = analyze(url);
  modules.set(url, scopes);
  return scopes;
}

function analyze(url: string): ModuleScopes | undefined {
  try {
    const text = moduleText(url);
    if (text === '' || text.length > most) return undefined;
    const { parse, analyze: analyzeScopes } = parsers();
    const options = { ecmaVersion: 'latest', ranges: true, allowHashBang: true, allowReturnOutsideFunction: true } as const;
    let program: unknown;
    let sourceType: 'module' | 'script' = 'module';
    try {
      program = parse(text, { ...options, sourceType });
    } catch {
      sourceType = 'script';
      program = parse(text, { ...options, sourceType });
    }
    return {
      text,
      lineStarts: lineStarts(text),
      manager: analyzeScopes(program, { ecmaVersion: 2024, sourceType, ignoreEval: true }) as ScopeManager,
    };
  } catch {
    return undefined; // There is no file, or it is no JavaScript.
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(index + end.length);
  return starts;
}
