/*
 * Reads a module's imports, by their local names, from its text. It reads tolerantly, since the text may be TypeScript.
 *
 *   import a, { b as c } from 'x';  import * as d from 'y';  const { e } = require('z');
 */
import type { ImportedName } from './function-descriptor.js';
import { moduleText } from './module-text.js';
import { parsers } from './parsers.js';

const known = new Map<string, ReadonlyMap<string, ImportedName>>();
const mostModules = 200;

const IDENTIFIER = '[\\p{ID_Start}$_][\\p{ID_Continue}$\\u200c\\u200d]*';
const STATEMENT = new RegExp(
  `(?:^|[;}]|\\*/)[ \\t]*import(?:\\s+(?!type\\s+[{\\w*])|(?=[{*]))((?:[^'"();]|(['"])[^'"\\n]*\\2\\s*as\\s)+?)\\s*from\\s*(['"])([^'"\\n]+)\\3`,
  'gmu',
);
const NAMESPACE = new RegExp(`\\*\\s*as\\s+(${IDENTIFIER})`, 'u');
const DEFAULT = new RegExp(`^(${IDENTIFIER})\\s*(?:,|$)`, 'u');
const NAMED = new RegExp(`^(?:(${IDENTIFIER}|"[^"]*"|'[^']*')\\s*as\\s+)?(${IDENTIFIER})$`, 'u');

/** @returns the imports of a script's module by local name; none when its text can't be read */
export function importsOf(url: string): ReadonlyMap<string, ImportedName> {
  const found = known.get(url);
  if (found !== undefined) return found;
  if (known.size >= mostModules) known.clear();
  const imports = new Map<string, ImportedName>();
  for (const each of readImports(moduleText(url))) imports.set(each.local, each);
  known.set(url, imports);
  return imports;
}

/** @returns the static imports in a text */
export function readImports(text: string): ImportedName[] {
  const found: ImportedName[] = [];
  const matches = [...text.matchAll(STATEMENT)];
  const statements = importTokens(text, matches.at(-1)?.index);
  for (const match of matches) {
    const { index, 0: statement, 1: clause = '', 4: specifier = '' } = match;
    if (statements?.has(index + statement.indexOf('import')) === false) continue;
    const namespace = NAMESPACE.exec(clause)?.[1];
    if (namespace !== undefined) found.push({ local: namespace, specifier, imported: '*' });
    const name = DEFAULT.exec(clause.trim())?.[1];
    if (name !== undefined) found.push({ local: name, specifier, imported: 'default' });
    const braces = /\{([^}]*)\}/u.exec(clause)?.[1] ?? '';
    for (const part of braces.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/gu, '').split(',')) {
      const [, imported, local] = NAMED.exec(part.trim()) ?? [];
      if (local !== undefined) found.push({ local, specifier, imported: imported?.replace(/^["']|["']$/gu, '') ?? local });
    }
  }
  return found;
}

/**
 * Finds where `import` is a keyword, up to the last place where it may be. In a comment or a template it is only text.
 *
 * @returns `undefined` when that can't be found out, for example in TypeScript: then each one counts as a keyword
 */
function importTokens(text: string, last: number | undefined): ReadonlySet<number> | undefined {
  if (last === undefined) return undefined;
  const { tokenizer } = parsers();
  const starts = new Set<number>();
  try {
    for (const { type, start } of tokenizer(text, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true })) {
      if (type.label === 'import') starts.add(start);
      if (start > last && type.label !== ';') return starts;
    }
    return starts;
  } catch {
    return undefined;
  }
}
