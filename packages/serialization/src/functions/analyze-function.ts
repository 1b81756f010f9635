/**
 * Tells from a function's text how the function can travel. It uses only the text, so the outcome holds for every function of the same text
 * and strictness, and can be kept.
 */
import { isBuiltin } from 'node:module';
import { isAbsolute } from 'node:path';

import { isForeignGlobal, isWorkerGlobal } from '../values/worker-globals.js';
import { freeNames } from './free-names.js';
import { functionContext } from './function-context.js';
import type { FunctionContext } from './function-context.js';
import type { FunctionForm } from './function-descriptor.js';
import { firstParenthesis, parseFunction } from './parse-function.js';
import type { ParsedFunction, SyntaxNode } from './parse-function.js';
import type { Obstacle } from './refuse-function.js';

/** The outcome of {@link analyzeFunction}. */
export interface FunctionAnalysis {
  readonly form: FunctionForm;
  /** The part of the text that is sent. */
  readonly source: string;
  readonly strict: boolean;
  /** The position in `source` that the engine reports for the function: the beginning of an arrow function, of others the parameters. */
  readonly origin: number;
  readonly importsModules: boolean;
  /** True when its imports depend on the module that defines it. */
  readonly importsByPlace: boolean;
  /** Free names that count as globals, unless a scope around the function has a variable of that name. */
  readonly globals: readonly string[];
  /** Variables of the surrounding code that it uses: their values have to travel with it. */
  readonly captures: readonly string[];
  /** Why it can't be a task although it can travel inside a value: for example, it is a class. */
  readonly notCallable: Obstacle | undefined;
  /** The reasons why it can't travel by source; empty when it can. */
  readonly obstacles: readonly Obstacle[];
}

/**
 * Analyses the text of a function.
 *
 * @param text - the result of `Function.prototype.toString`
 * @param sloppy - true when it is known not to be strict code
 */
export function analyzeFunction(text: string, sloppy: boolean): FunctionAnalysis {
  try {
    return analyze(text, parseFunction(text, sloppy));
  } catch (error) {
    // This also covers code so deep that walking it overflows the stack.
    return { ...nothing, source: text, obstacles: [unreadable(error)] };
  }
}

function analyze(text: string, parsed: ParsedFunction): FunctionAnalysis {
  const { node, member, strict } = parsed;
  if (member?.['kind'] === 'get' || member?.['kind'] === 'set') return { ...nothing, source: text, obstacles: [{ kind: 'accessor' }] };

  const context = functionContext(node);
  const free = freeNames(parsed.program)
    // The name of a computed method is an expression of its own.
    .map(({ name, uses, isWritten }) => ({
      name,
      isWritten,
      uses: uses.filter((use) => use.start >= (member === undefined ? 0 : node.start)),
    }))
    .filter(({ uses }) => uses.length > 0);
  const isGlobal = ({ name, uses }: { name: string; uses: readonly SyntaxNode[] }): boolean =>
    name !== 'arguments' && (isWorkerGlobal(name) || (isForeignGlobal(name) && uses.some((use) => context.asked.has(use))));
  const captured = free.filter((each) => !isGlobal(each) && each.name !== 'arguments');
  return {
    ...extent(text, parsed),
    strict,
    importsModules: context.specifiers.length > 0,
    importsByPlace: context.specifiers.some((specifier) => !isAbsoluteSpecifier(specifier)),
    globals: free.filter(isGlobal).map(({ name }) => name),
    captures: [...(capturesThis(parsed, context) ? ['this'] : []), ...captured.map(({ name }) => name)],
    notCallable: kindObstacle(node),
    obstacles: [
      ...contextObstacles(context, capturesThis(parsed, context)),
      ...free.filter(({ name }) => name === 'arguments').map(({ name }): Obstacle => ({ kind: 'outer', name })),
      ...captured.filter(({ isWritten }) => isWritten).map(({ name }): Obstacle => ({ kind: 'written', name })),
    ],
  };
}

const nothing: Omit<FunctionAnalysis, 'source' | 'obstacles'> = {
  form: 'expression',
  strict: true,
  origin: 0,
  importsModules: false,
  importsByPlace: false,
  globals: [],
  captures: [],
  notCallable: undefined,
};

/** @returns which part of the text is sent, in which form, and where in it the engine's position is */
function extent(text: string, { node, member, offset }: ParsedFunction): Pick<FunctionAnalysis, 'form' | 'source' | 'origin'> {
  if (node.type === 'ArrowFunctionExpression') return { form: 'expression', source: text, origin: 0 };
  if (member === undefined) return { form: 'expression', source: text, origin: firstParenthesis(text) };
  const parameters = node.start - offset;
  if (member['computed'] !== true && (member['key'] as SyntaxNode).type !== 'PrivateIdentifier') {
    return { form: 'method', source: text, origin: parameters };
  }
  const form = node['async'] === true ? 'nameless async method' : 'nameless method';
  return { form, source: text.slice(parameters), origin: 0 };
}

function kindObstacle(node: SyntaxNode): Obstacle | undefined {
  if (node.type === 'ClassExpression') return { kind: 'class' };
  return node['generator'] === true ? { kind: 'generator' } : undefined;
}

/**
 * Tells whether the function captures `this`. The inspector doesn't show the value of `this`, so the user has to name it by `closure()`. It
 * is a constant wherever the function is rebuilt.
 */
function capturesThis({ node, strict }: ParsedFunction, { usesOuterThis }: FunctionContext): boolean {
  return usesOuterThis && strict && node.type === 'ArrowFunctionExpression';
}

function contextObstacles(context: FunctionContext, isThisCaptured: boolean): Obstacle[] {
  const outer = [
    ...(context.usesOuterThis && !isThisCaptured ? ['this'] : []),
    ...(context.usesOuterSuper ? ['super'] : []),
    ...context.outerPrivateNames,
  ];
  return [...outer.map((name): Obstacle => ({ kind: 'outer', name })), ...(context.callsEval ? [{ kind: 'eval' } as const] : [])];
}

/** Explains an error of the parser, which refuses code that makes no sense without the code around the function. */
function unreadable(error: unknown): Obstacle {
  const reason = error instanceof Error ? error.message : String(error);
  const outer = /new\.target|import\.meta|\bsuper\b/.exec(reason);
  return outer === null ? { kind: 'unreadable', reason } : { kind: 'outer', name: outer[0] };
}

function isAbsoluteSpecifier(node: SyntaxNode): boolean {
  const specifier = node['value'];
  return typeof specifier === 'string' && (isBuiltin(specifier) || (!isAbsolute(specifier) && URL.canParse(specifier)));
}
