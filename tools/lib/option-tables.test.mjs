import { expect, test } from '@jest/globals';

import { optionTables } from './option-tables.mjs';

const page = `
<!-- options: threads PoolOptions -->
| option | default | |
| --- | --- | --- |
| \`a\`, \`b\` | none | both |
| \`c\` | 1 | one |

| option | of nobody |
| --- | --- |
| \`d\` | x |
`;

test('a table with a comment before it belongs to that interface; others are left alone', () => {
  expect(optionTables(page)).toEqual([
    {
      folder: 'threads',
      owner: 'PoolOptions',
      rows: new Map([
        ['a', 'none'],
        ['b', 'none'],
        ['c', '1'],
      ]),
    },
  ]);
});

test('a table without a column of defaults states none', () => {
  expect(optionTables('<!-- options: x Y -->\n\n| option |  |\n| --- | --- |\n| `a` | what it is |\n')).toEqual([
    { folder: 'x', owner: 'Y', rows: new Map([['a', undefined]]) },
  ]);
});
