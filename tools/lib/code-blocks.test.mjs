import { describe, expect, test } from '@jest/globals';

import { blocksOfMarkdown, blocksOfSource, expectedOutput, inOneLine } from './code-blocks.mjs';

const markdown = `# Title

\`\`\`ts
// square.ts
export const a = 1;
\`\`\`

\`\`\`sh
npm test
\`\`\`

- in a list:

  \`\`\`ts run
  if (true) {
    console.log(1);
  }
  \`\`\`
`;

describe('blocks of Markdown', () => {
  test('are those of TypeScript, with their place, name and mark', () => {
    expect(blocksOfMarkdown(markdown)).toEqual([
      { code: '// square.ts\nexport const a = 1;', line: 4, run: false, fileName: 'square.ts' },
      { code: 'if (true) {\n  console.log(1);\n}', line: 15, run: true, fileName: undefined },
    ]);
  });

  test('end with a fence as long as the first', () => {
    expect(blocksOfMarkdown('````md\n```ts\nx\n```\n````\n```ts\ny\n```')).toMatchObject([{ code: 'y', line: 7 }]);
  });

  test('have to end', () => {
    expect(() => blocksOfMarkdown('text\n```ts\nx')).toThrow('before line 3 is never closed');
  });
});

test('examples of doc comments have the place they stand at', () => {
  const source = `const x = 1;
/** Nothing to see. */
/**
 * Doubles.
 *
 * @example
 * \`\`\`ts
 * export const four: number = double(2);
 * \`\`\`
 */
export function double() {}
`;
  expect(blocksOfSource(source)).toEqual([{ code: 'export const four: number = double(2);', line: 8, run: false, fileName: undefined }]);
});

test('the expected output is what the comments say, as one line', () => {
  const code =
    "console.log(await future); // 3\nfor (const x of xs) console.log(x); // 1 4  9\nconsole.log('silent');\nconst y = 1; // not this";
  expect(expectedOutput(code)).toBe('3 1 4 9');
  expect(inOneLine('3\n1\n4\n9\n')).toBe('3 1 4 9');
});
