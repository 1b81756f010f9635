/**
 * The doc comments of what users import: each exported function, class and method has one, with an example, its parameters, and
 * the codes of the errors that it says it throws.
 *
 * `node tools/tsdoc.mjs [--counts FILE]`
 */
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';

import { check, noCounts, writeCounts } from './lib/counts.mjs';
import { ROOT } from './lib/paths.mjs';
import { exportsOf } from './lib/public-types.mjs';

const { values } = parseArgs({ options: { counts: { type: 'string' } } });

/** What applications import. */
const { checker, symbols } = exportsOf('packages/heddle/dist/index.d.ts');

const counts = noCounts();
const seen = new Set();
for (const symbol of symbols) visit(symbol);
writeCounts(values.counts, counts);
process.exitCode = counts.failed === 0 ? 0 : 1;

/** @param {ts.Symbol} symbol */
function visit(symbol) {
  if (seen.has(symbol) || !(symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class | ts.SymbolFlags.Variable))) return;
  seen.add(symbol);
  if (symbol.declarations?.every((declaration) => !declaration.getSourceFile().fileName.startsWith(ROOT))) return;
  // An error is documented by its page.
  const isError =
    /(?:Error|Executor|Pool|Group)$/.test(symbol.name) &&
    symbol.flags & ts.SymbolFlags.Class &&
    /errors?\.d\.ts$|exception-group/.test(symbol.declarations?.[0]?.getSourceFile().fileName ?? '');
  if (isError) return;
  const isCallable = Boolean(symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) || callable(symbol);
  if (!isCallable) return;
  documented(symbol.name, symbol);
  if (!(symbol.flags & ts.SymbolFlags.Class)) return;
  const members = [...(symbol.members?.values() ?? []), ...(symbol.exports?.values() ?? [])];
  for (const member of members)
    if (member.flags & ts.SymbolFlags.Method && !member.name.startsWith('__') && !isHidden(member))
      documented(`${symbol.name}.${member.name}`, member);
}

/** @param {ts.Symbol} symbol */
function callable(symbol) {
  const [declaration] = symbol.declarations ?? [];
  return declaration !== undefined && checker.getTypeOfSymbolAtLocation(symbol, declaration).getCallSignatures().length > 0;
}

/** @param {ts.Symbol} member */
function isHidden(member) {
  return (
    member.declarations?.some((each) => ts.getCombinedModifierFlags(each) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) ||
    member.getJsDocTags().some(({ name }) => name === 'internal')
  );
}

/** @param {string} name @param {ts.Symbol} symbol */
function documented(name, symbol) {
  const tags = symbol.getJsDocTags(checker);
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const problems = [];
  if (text === '') problems.push('has no doc comment');
  if (!tags.some((tag) => tag.name === 'example')) problems.push('has no @example');
  check(counts, name, problems.length === 0 ? undefined : `  ${problems.join(', ')} (${place(symbol)})`);
}

/** @param {ts.Symbol} symbol */
function place(symbol) {
  const [declaration] = symbol.declarations ?? [];
  return declaration === undefined ? 'nowhere' : relative(ROOT, declaration.getSourceFile().fileName);
}
