/**
 * Finds the names that a function uses but does not declare, by eslint-scope. That package has no types, so the part that is used is
 * declared below.
 */
import type { SyntaxNode } from './parse-function.js';
import { parsers } from './parsers.js';

/** The part of eslint-scope's result that is used. */
interface ScopeManager {
  readonly globalScope: { readonly through: readonly Reference[] };
}

interface Reference {
  readonly identifier: SyntaxNode & { readonly name: string };
  isWrite(): boolean;
}

/** A name that is declared outside of the function, with every place where it is used. */
export interface FreeName {
  readonly name: string;
  readonly uses: readonly SyntaxNode[];
  /** True when the function assigns to it. */
  readonly isWritten: boolean;
}

/** @returns the free names of a parsed script, in the order of their first use */
export function freeNames(program: SyntaxNode): FreeName[] {
  const manager = parsers().analyze(program, { ecmaVersion: 2024, sourceType: 'script', ignoreEval: true }) as ScopeManager;
  const uses = new Map<string, SyntaxNode[]>();
  const written = new Set<string>();
  for (const reference of manager.globalScope.through) {
    const { identifier } = reference;
    if (reference.isWrite()) written.add(identifier.name);
    const known = uses.get(identifier.name);
    if (known === undefined) uses.set(identifier.name, [identifier]);
    else known.push(identifier);
  }
  const names = [...uses].map(([name, nodes]) => ({ name, uses: nodes, isWritten: written.has(name) }));
  return names.sort((a, b) => start(a) - start(b));
}

function start(free: FreeName): number {
  return Math.min(...free.uses.map((node) => node.start));
}
