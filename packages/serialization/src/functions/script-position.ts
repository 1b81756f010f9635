import { fileURLToPath } from 'node:url';

const LINE_END = /\r\n|[\n\r\u2028\u2029]/;

/** A place in a script, counted from 0. */
export interface ScriptPosition {
  /** The script's name: a URL, a path, `[eval]`, ...; empty for code made by `eval` or `Function`. */
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** The beginning of a text, counted from 0; `url` is `undefined` when it is not known, or the script has no name. */
export interface ScriptStart {
  readonly url: string | undefined;
  readonly line: number;
  readonly column: number;
}

/**
 * Finds the beginning of a text, given a position in it.
 *
 * @param position - as the engine reports it; `undefined` when it is not known
 * @param before - the text before that position
 * @returns the place. The column is 0 when the text begins on an earlier line, where the column is unknown and no code can throw
 */
export function scriptStart(position: ScriptPosition | undefined, before: string): ScriptStart {
  if (position === undefined) return { url: undefined, line: 0, column: 0 };
  const url = position.url === '' ? undefined : position.url;
  const lineEnds = before.split(LINE_END).length - 1;
  if (lineEnds > 0) return { url, line: position.line - lineEnds, column: 0 };
  return { url, line: position.line, column: position.column - before.length };
}

/** @returns a place as editors and terminals understand it: `path:line:column`, counted from 1 */
export function showPosition({ url, line, column }: ScriptStart): string | undefined {
  return url === undefined ? undefined : `${readablePath(url)}:${line + 1}:${column + 1}`;
}

/** @returns a script's name in the form for people */
export function readablePath(url: string): string {
  if (!url.startsWith('file:')) return url.length > 100 ? `${url.slice(0, 97)}...` : url;
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}
