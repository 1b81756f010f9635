/**
 * The TypeScript in documents and in doc comments, so that it can be checked like any other.
 *
 *   ```ts           has to compile
 *   ```ts run       has to compile, run, and print what its comments say: `console.log(...); // 3`
 *
 * A block whose first line is `// name.ts` is a module of that name, which other blocks of the same document can import.
 */

/** @typedef {{ code: string, line: number, run: boolean, fileName: string | undefined }} CodeBlock `line` is where the code begins, from 1 */

/**
 * @param {string} text of a Markdown document
 * @returns {CodeBlock[]}
 */
export function blocksOfMarkdown(text) {
  const blocks = [];
  let open;
  text.split('\n').forEach((line, i) => {
    const fence = /^( *)(`{3,})(.*)$/.exec(line);
    if (open === undefined) {
      if (fence !== null) open = { indent: fence[1].length, fence: fence[2], info: fence[3].trim().split(/\s+/), line: i + 2, lines: [] };
    } else if (fence !== null && fence[2].length >= open.fence.length && fence[3].trim() === '') {
      if (open.info[0] === 'ts') blocks.push(toBlock(open.lines, open.line, open.info.includes('run')));
      open = undefined;
    } else {
      open.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
    }
  });
  if (open !== undefined) throw new Error(`the code block before line ${open.line} is never closed`);
  return blocks;
}

/**
 * @param {string} text of a TypeScript source, whose doc comments may have `@example` blocks
 * @returns {CodeBlock[]}
 */
export function blocksOfSource(text) {
  const blocks = [];
  for (const { 0: comment, index } of text.matchAll(/\/\*\*[^]*?\*\//g)) {
    if (!comment.includes('@example')) continue;
    const firstLine = text.slice(0, index).split('\n').length;
    const markdown = comment
      .split('\n')
      .map((line) => line.replace(/^\s*(\/\*\*|\*\/|\*) ?/, ''))
      .join('\n');
    for (const block of blocksOfMarkdown(markdown)) blocks.push({ ...block, line: firstLine + block.line - 1 });
  }
  return blocks;
}

/** What a runnable block says it prints: the comments behind its `console.log`s, as one line. */
export function expectedOutput(code) {
  const comments = code.split('\n').flatMap((line) => /console\.log\(.*\);? *\/\/ (.*)$/.exec(line)?.[1] ?? []);
  return inOneLine(comments.join(' '));
}

/** Output as one line, to be compared with `expectedOutput`. */
export function inOneLine(text) {
  return text.trim().replace(/\s+/g, ' ');
}

function toBlock(lines, line, run) {
  return { code: lines.join('\n'), line, run, fileName: /^\/\/ ([\w-]+\.ts)$/.exec(lines[0] ?? '')?.[1] };
}
