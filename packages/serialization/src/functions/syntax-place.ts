/**
 * Finds the line of a syntax error among a module and what it imports. Node prints the line only when nobody catches the error, and keeps
 * it out of the error itself.
 */
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadOwnFile } from '../own-file.js';
import { requireOfNode } from '../require-of-node.js';
import { moduleText } from './module-text.js';
import { parsers, type Parsers } from './parsers.js';

const MOST_MODULES = 200;

interface Import {
  readonly source?: { readonly value: unknown } | null;
}

/**
 * Returns `path:line:column` of the first syntax error.
 *
 * @param module - the URL of the module that could not be loaded
 * @returns `undefined` when no file has an error that the parser sees: for example in TypeScript, or in a module that hooks load
 */
export function syntaxPlace(module: string): string | undefined {
  try {
    const { parse } = parsersHere();
    const modules = new Set([module]);
    for (const url of modules) {
      if (!url.startsWith('file:') || modules.size > MOST_MODULES) return undefined;
      const path = fileURLToPath(url);
      if (!/^\.[cm]?js$/.test(extname(path))) continue;
      const result = parseAs(
        parse,
        path.endsWith('.cjs') ? ['script'] : path.endsWith('.mjs') ? ['module'] : ['module', 'script'],
        moduleText(url),
      );
      if ('line' in result) return `${path}:${String(result.line)}:${String(result.column + 1)}`;
      for (const { source } of result.body) {
        if (typeof source?.value === 'string' && /^(?:\.{0,2}\/|file:)/.test(source.value)) modules.add(new URL(source.value, url).href);
      }
    }
  } catch {
    // The error is told without a line.
  }
  return undefined;
}

/** @returns the statements, or where the text has an error that is one in each of the kinds */
function parseAs(
  parse: Parsers['parse'],
  kinds: readonly ('script' | 'module')[],
  text: string,
): { readonly body: readonly Import[] } | { readonly line: number; readonly column: number } {
  let place: { readonly line: number; readonly column: number } | undefined;
  for (const sourceType of kinds) {
    try {
      return {
        body: parse(text, { ecmaVersion: 'latest', sourceType, allowReturnOutsideFunction: sourceType === 'script' }).body as Import[],
      };
    } catch (error) {
      place ??= (error as { loc?: { line: number; column: number } }).loc;
    }
  }
  return place ?? { body: [] };
}

/** The file of a worker is not beside the parser, except in an application that has Heddle's files beside its bundle. */
function parsersHere(): Parsers {
  try {
    return parsers();
  } catch {
    const manifest = requireOfNode.resolve('@heddle/serialization/package.json', { paths: [dirname(fileURLToPath(import.meta.url))] });
    return loadOwnFile({ path: join(dirname(manifest), 'dist/bundle/heddle-serialization-parsers.cjs') }) as Parsers;
  }
}
