import { join, relative } from 'node:path';
import ts from 'typescript';

import { ROOT } from './paths.mjs';

/**
 * The exports of one built package, as TypeScript sees them.
 * @param {string} file - a declaration file, relative to the root
 */
export function exportsOf(file) {
  const entry = join(ROOT, file);
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    skipLibCheck: true,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${relative(ROOT, entry)} is not built`);
  /** @param {ts.Symbol} symbol */
  const resolved = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
  return { checker, symbols: checker.getExportsOfModule(module).map(resolved) };
}
