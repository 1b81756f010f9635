/**
 * The private names that a class gives its instances, from its text: a scan that reads each character once, however the text is
 * made, and knows no more than comments, strings and templates. A parser would be 10 ms and half a megabyte in every worker.
 */

const wordStart = /[\p{ID_Start}$_]/u;
const word = /[\p{ID_Continue}$]*/uy;
/** Before a private name that is declared, and behind it: otherwise it is used. */
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

/** Where a comment, a string or a template that begins here ends; `undefined` when none does. */
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

/** A string that is not closed on its line is none: an apostrophe in a regular expression. */
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

/** Where a sticky pattern that matches here ends; here, when it doesn't. */
function endOf(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(source) ? pattern.lastIndex : at;
}
