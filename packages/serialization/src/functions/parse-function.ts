/**
 * From a function's text to its syntax tree. The text alone does not say what it is (`async(x) {}` is a method's, and no
 * expression), so it is tried in the places where it may have stood, and first as strict code, which modules are.
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
  /** How many characters stand before the text in the positions of the tree. */
  readonly offset: number;
}

const PLACES = [
  { before: '(', after: ')' },
  { before: '({', after: '})' },
  // Private names are allowed in classes only.
  { before: '(class{static ', after: '})' },
] as const;

const STRICT = '"use strict";';

/**
 * Parses the text of a function.
 *
 * @param text - what `Function.prototype.toString` gave
 * @param sloppy - known to be no strict code
 * @throws SyntaxError the one that came furthest, when the text parses in no way
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
    // These are reasons to refuse, found by the analysis, which words them better.
    allowSuperOutsideMethod: true,
    checkPrivateFields: false,
  }) as unknown as SyntaxNode;
}

/** What a script of one parenthesised expression is about; `before` tells an object or class around it from its own. */
function functionIn(program: SyntaxNode, before: string): { node: SyntaxNode; member: SyntaxNode | undefined } {
  const expression = (program['body'] as SyntaxNode[]).at(-1)?.['expression'] as SyntaxNode;
  if (before === '(') return { node: expression, member: undefined };
  const members = before === '({' ? expression['properties'] : (expression['body'] as SyntaxNode)['body'];
  const member = (members as SyntaxNode[])[0] as SyntaxNode;
  return { node: member['value'] as SyntaxNode, member };
}

/** The offset of the first `(` that is neither in a comment nor in a string. */
export function firstParenthesis(text: string): number {
  for (const token of parsers().tokenizer(text, { ecmaVersion: 'latest' })) {
    if (token.type.label === '(') return token.start;
  }
  return 0;
}
