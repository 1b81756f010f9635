import { fileURLToPath } from 'node:url';

const LINE_END = /\r\n|[\n\r\u2028\u2029]/;

/** A place in a script, counted from 0. */
export interface ScriptPosition {
  /** The script's name: a URL, a path, `[eval]`, ...; empty for code made by `eval` or `Function`. */
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** Where a text begins, counted from 0; `url` is `undefined` when that is not known, or the script has no name. */
export interface ScriptStart {
  readonly url: string | undefined;
  readonly line: number;
  readonly column: number;
}

/**
 * Where a text begins, given a position in it.
 *
 * @param position - as the engine tells it; `undefined` when it is not known
 * @param before - the text before that position
 * @returns the place; where the text's first line is an earlier one its column is unknown, and said to be 0: no code
 *   that could throw stands there
 */
export function scriptStart(position: ScriptPosition | undefined, before: string): ScriptStart {
  if (position === undefined) return { url: undefined, line: 0, column: 0 };
  const url = position.url === '' ? undefined : position.url;
  const lineEnds = before.split(LINE_END).length - 1;
  if (lineEnds > 0) return { url, line: position.line - lineEnds, column: 0 };
  return { url, line: position.line, column: position.column - before.length };
}

/** A place as editors and terminals understand it: `path:line:column`, counted from 1. */
export function showPosition({ url, line, column }: ScriptStart): string | undefined {
  return url === undefined ? undefined : `${readablePath(url)}:${line + 1}:${column + 1}`;
}

/** A script's name as people know it. */
export function readablePath(url: string): string {
  if (!url.startsWith('file:')) return url.length > 100 ? `${url.slice(0, 97)}...` : url;
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}
