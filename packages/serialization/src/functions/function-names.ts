/**
 * Counts the functions of a name in a module's text. The name of a function expression is a variable within it that V8 does not show. So
 * only the text tells that there may be one.
 */
import type { AnyFunction } from './function-descriptor.js';
import { textOf } from './function-text.js';
import type { Variable } from './inspect-function.js';
import { moduleText } from './module-text.js';

const GAP = '(?:\\s|/\\*[^]*?\\*/|//[^\\n]*\\n)*';
const IDENTIFIER = '[\\p{ID_Start}$_][\\p{ID_Continue}$\\u200c\\u200d]*';
const NAMED = new RegExp(`\\bfunction\\b${GAP}\\*?${GAP}(${IDENTIFIER})`, 'gu');
const FIRST = new RegExp(`^(?:async${GAP})?function\\b${GAP}\\*?${GAP}(${IDENTIFIER})`, 'u');

const known = new Map<string, ReadonlyMap<string, number>>();
const mostModules = 200;

/** Tells whether a module has other functions of a name than the one that the variable of that name holds. */
export function hasOtherFunction(url: string, name: string, variable: Variable | undefined): boolean {
  const count = countsOf(url).get(name) ?? 0;
  if (count === 0) return false;
  const value = variable?.scope === 'global' ? undefined : variable?.value;
  return count > (typeof value === 'function' && FIRST.exec(textOf(value as AnyFunction))?.[1] === name ? 1 : 0);
}

function countsOf(url: string): ReadonlyMap<string, number> {
  const found = known.get(url);
  if (found !== undefined) return found;
  if (known.size >= mostModules) known.clear();
  const counts = new Map<string, number>();
  for (const [, name = ''] of moduleText(url).matchAll(NAMED)) counts.set(name, (counts.get(name) ?? 0) + 1);
  known.set(url, counts);
  return counts;
}
