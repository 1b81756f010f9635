/**
 * What a module imports, by the names it gives them: from its text, read tolerantly, since it may be TypeScript.
 *
 *   import a, { b as c } from 'x';  import * as d from 'y';  const { e } = require('z');
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { ImportedName } from './function-descriptor.js';

const known = new Map<string, ReadonlyMap<string, ImportedName>>();
const mostModules = 200;

const IDENTIFIER = '[\\p{ID_Start}$_][\\p{ID_Continue}$\\u200c\\u200d]*';
const STATEMENT = new RegExp(`(?:^|[;}]|\\*/)[ \\t]*import(?:\\s+(?!type\\s+[{\\w*])|(?=[{*]))((?:[^'"();]|(['"])[^'"\\n]*\\2\\s*as\\s)+?)\\s*from\\s*(['"])([^'"\\n]+)\\3`, 'gmu');
const NAMESPACE = new RegExp(`\\*\\s*as\\s+(${IDENTIFIER})`, 'u');
const DEFAULT = new RegExp(`^(${IDENTIFIER})\\s*(?:,|$)`, 'u');
const NAMED = new RegExp(`^(?:(${IDENTIFIER}|"[^"]*"|'[^']*')\\s*as\\s+)?(${IDENTIFIER})$`, 'u');

/** The imports of the module a script's name stands for, by local name; none when it can't be read. */
export function importsOf(url: string): ReadonlyMap<string, ImportedName> {
  const found = known.get(url);
  if (found !== undefined) return found;
  if (known.size >= mostModules) known.clear();
  const imports = new Map<string, ImportedName>();
  for (const each of readImports(textOf(url))) imports.set(each.local, each);
  known.set(url, imports);
  return imports;
}

function textOf(url: string): string {
  try {
    return readFileSync(url.startsWith('file:') ? fileURLToPath(url) : url, 'utf8');
  } catch {
    return ''; // made by eval, bundled, ...
  }
}

/** The static imports in a text. */
export function readImports(text: string): ImportedName[] {
  const found: ImportedName[] = [];
  for (const [, clause = '', , , specifier = ''] of text.matchAll(STATEMENT)) {
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
