/**
 * Parses a function's text into a syntax tree. The text alone does not tell what it is: `async(x) {}` is a method, and no expression. So it
 * is tried in each place where it may have stood, first as strict code, as in modules.
 */
import { parsers } from './parsers.js';

/** A node as walkers see it: `type`, `range`, and children under any key. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** A function's text, parsed. */
export interface ParsedFunction {
  /** The whole tree, for scope analysis. */
  readonly program: SyntaxNode;
  /** The function or class. */
  readonly node: SyntaxNode;
  /** The property or class member around it, when it is a method. */
  readonly member: SyntaxNode | undefined;
  readonly strict: boolean;
  /** How many characters precede the text in the positions of the tree. */
  readonly offset: number;
}

const PLACES = [
  { before: '(', after: ')' },
  { before: '({', after: '})' },
  // Private names are allowed only in classes.
  { before: '(class{static ', after: '})' },
] as const;

const STRICT = '"use strict";';

/**
 * Parses the text of a function.
 *
 * @param text - the result of `Function.prototype.toString`
 * @param sloppy - true when it is known not to be strict code
 * @throws SyntaxError the one that got furthest, when the text can't be parsed in any place
 */
export function parseFunction(text: string, sloppy: boolean): ParsedFunction {
  let failure: { error: unknown; position: number } | undefined;
  for (const directive of sloppy ? [''] : [STRICT, '']) {
    for (const { before, after } of PLACES) {
      const prefix = directive + before;
      try {
        const program = parse(prefix + text + after);
        return { program, ...functionIn(program, before), strict: directive !== '', offset: prefix.length };
      } catch (error) {
        const position = ((error as { raisedAt?: number }).raisedAt ?? 0) - prefix.length;
        if (failure === undefined || position > failure.position) failure = { error, position };
      }
    }
  }
  throw failure?.error;
}

function parse(code: string): SyntaxNode {
  return parsers().parse(code, {
    ecmaVersion: 'latest',
    sourceType: 'script',
    ranges: true,
    // The analysis finds these reasons to refuse, and words them better.
    allowSuperOutsideMethod: true,
    checkPrivateFields: false,
  }) as unknown as SyntaxNode;
}

/**
 * @returns the function in a script of one parenthesised expression; `before` distinguishes an added object or class from the text's own
 */
function functionIn(program: SyntaxNode, before: string): { node: SyntaxNode; member: SyntaxNode | undefined } {
  const expression = (program['body'] as SyntaxNode[]).at(-1)?.['expression'] as SyntaxNode;
  if (before === '(') return { node: expression, member: undefined };
  const members = before === '({' ? expression['properties'] : (expression['body'] as SyntaxNode)['body'];
  const member = (members as SyntaxNode[])[0] as SyntaxNode;
  return { node: member['value'] as SyntaxNode, member };
}

/** @returns the offset of the first `(` that is neither in a comment nor in a string */
export function firstParenthesis(text: string): number {
  for (const token of parsers().tokenizer(text, { ecmaVersion: 'latest' })) {
    if (token.type.label === '(') return token.start;
  }
  return 0;
}
