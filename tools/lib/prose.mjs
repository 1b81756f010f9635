/** Reads prose out of Markdown, and says what is wrong with it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT, workspaces } from './paths.mjs';

/** Words of one sentence, at most. */
export const MOST_WORDS = 40;

/** A subject that nobody can point at. */
const HEADLESS = /^(?:what|who|whoever|whatever)\b[^.?!,;:]*\b(?:is|are|has|have|can|must|may|does|goes|gets|runs|waits|travels)\b/i;

/** What was written once, and what the glossary says instead. */
export const RETIRED = [
  [/\bso many at a time\b/i, 'a limited number at a time'],
  [/\blet be\b/i, 'leave as it is'],
  [/\b(?:can|could|cannot|can't|to) be had\b/i, 'is available'],
  [/\bof no consequence\b/i, 'does not matter'],
  [/\bunless told\b/i, 'by default'],
  [/\bmade anew\b/i, 'rebuilt, or created again'],
  [/\bheeds?\b/i, 'listens to'],
  [/\bdiscarded pools?\b/i, 'pools that were dropped'],
  [HEADLESS, 'a sentence that names its subject'],
];

/** Paths, from the root, of all documents but the records of decisions and the reports of tools. */
export function documents() {
  const inFolder = (folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name));
  const below = (folder) =>
    readdirSync(join(ROOT, folder), { recursive: true })
      .filter((name) => name.endsWith('README.md') && !/node_modules|dist/.test(name))
      .map((name) => join(folder, name));
  return [
    'README.md',
    'CONTRIBUTING.md',
    ...['docs', 'docs/guides', 'docs/design', 'docs/errors'].flatMap(inFolder),
    ...workspaces().flatMap(below),
  ];
}

/** File names of the decisions. */
export function decisions() {
  return readdirSync(join(ROOT, 'docs/decisions')).filter((name) => /^\d{4}-.*\.md$/.test(name));
}

/** @returns {{ line: number, text: string, isHeading: boolean }[]} the sentences of a document; code is a word in them; cells of tables count as headings */
export function sentences(markdown) {
  const found = [];
  let paragraph = { line: 0, text: '', isHeading: false };
  const end = () => {
    for (const text of paragraph.text.split(/(?<=[.!?])["')\]]*\s+(?=[A-Z`"'([*x])/)) {
      if (/\w/.test(text)) found.push({ ...paragraph, text: text.trim() });
    }
    paragraph = { line: 0, text: '', isHeading: false };
  };
  let isCode = false;
  for (const [at, raw] of markdown.split('\n').entries()) {
    const line = raw.trim();
    if (/^(?:```|~~~)/.test(line)) {
      isCode = !isCode;
      end();
      continue;
    }
    if (isCode) continue;
    if (line === '' || /^(?:[-*|#>]|\d+\.)/.test(line)) end();
    const cells = line.startsWith('|') ? line.split(/(?<!\\)\|/) : [line];
    for (const cell of cells) {
      const text = cell
        .replace(/`[^`]*`/g, 'x')
        .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replace(/^(?:[-*#>]+|\d+\.)\s+/, '')
        .replaceAll(/[*_]/g, '');
      if (text.trim() === '') continue;
      if (paragraph.line === 0) paragraph.line = at + 1;
      paragraph.text += ` ${text}`;
      paragraph.isHeading = /^[#|]/.test(line);
      if (cells.length > 1) end();
    }
  }
  end();
  return found;
}

/** @returns {string[]} */
export function longSentences(markdown) {
  return sentences(markdown).flatMap(({ line, text }) => {
    const words = text.match(/[\p{L}\p{N}'’-]+/gu)?.length ?? 0;
    return words > MOST_WORDS ? [`line ${line}: ${words} words, at most ${MOST_WORDS}: ${text.slice(0, 80)}…`] : [];
  });
}

/** @returns {string[]} */
export function retiredWords(markdown) {
  return sentences(markdown).flatMap(({ line, text, isHeading }) =>
    RETIRED.flatMap(([pattern, instead]) => {
      const found = pattern.exec(text);
      return found === null || (pattern === HEADLESS && (isHeading || text.endsWith('?')))
        ? []
        : [`line ${line}: "${found[0]}"; write: ${instead}`];
    }),
  );
}
