/**
 * Finds the private names that a class gives its instances, in its text. The scan reads each character once, whatever the text is, and
 * knows only comments, strings and templates. A parser would cost 10 ms and half a megabyte in every worker.
 */

const wordStart = /[\p{ID_Start}$_]/u;
const word = /[\p{ID_Continue}$]*/uy;
/** The characters before and behind a private name that is declared. Between others it is used. */
const before = /[\s;{}*]/;
const behind = /\s*[=;({}]|[^\S\n]*\n/y;

export function privateNames(source: string): string[] {
  const names: string[] = [];
  /** The words since the last punctuation: `static async`. */
  let words: string[] = [];
  let at = 0;
  while (at < source.length) {
    const character = source.charAt(at);
    const past = skip(source, at);
    if (past !== undefined) {
      at = past;
    } else if (character === '#' && wordStart.test(source.charAt(at + 1))) {
      const end = endOf(word, source, at + 1);
      if (before.test(source.charAt(at - 1)) && !words.includes('static') && endOf(behind, source, end) > end)
        names.push(source.slice(at, end));
      words = [];
      at = end;
    } else if (wordStart.test(character)) {
      const end = endOf(word, source, at);
      words.push(source.slice(at, end));
      at = end;
    } else {
      if (!/[\s*]/.test(character)) words = [];
      at += 1;
    }
  }
  return names;
}

/** @returns the end of a comment, string or template that begins here; `undefined` when none does */
function skip(source: string, at: number): number | undefined {
  switch (source.charAt(at)) {
    case '/':
      if (source.startsWith('//', at)) return endAt(source.indexOf('\n', at), source);
      if (source.startsWith('/*', at)) return endAt(source.indexOf('*/', at + 2), source) + 2;
      return undefined;
    case '"':
    case "'":
    case '`':
      return endOfText(source, at);
    default:
      return undefined;
  }
}

/** A quote that is not closed on its line begins no string: it is an apostrophe in a regular expression. */
function endOfText(source: string, start: number): number {
  const quote = source.charAt(start);
  for (let at = start + 1; at < source.length; at++) {
    const character = source.charAt(at);
    if (character === '\\') at += 1;
    else if (character === quote) return at + 1;
    else if (character === '\n' && quote !== '`') return at;
  }
  return source.length;
}

function endAt(found: number, source: string): number {
  return found < 0 ? source.length : found;
}

/** @returns the end of the match of a sticky pattern here; `at` when it doesn't match */
function endOf(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(source) ? pattern.lastIndex : at;
}
