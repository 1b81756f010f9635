import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { importCycles, importGraph, shortestRound } from './import-cycles.mjs';

let folder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-cycles-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

test('imports of every form are found: of values, of types, in types, of exports passed on, dynamic ones', () => {
  write({
    'a.ts': "import { b } from './b.js';\nimport type { C } from './in/c.js';\nexport * from './d.js';\nexport type { E } from './e.js';\n",
    'b.ts': "export const b = (): Promise<unknown> => import('./f.js');\n",
    'in/c.ts': "export type C = import('../b.js').B | 'from \"./a.js\"';\n",
    'd.ts': "// import '../a.js'\n/* import './a.js' */ import { readFileSync } from 'node:fs';\n",
    'e.ts': '',
    'f.ts': "import { x } from '@heddle/futures';\n",
  });
  expect(Object.fromEntries(importGraph(folder))).toEqual({
    'a.ts': ['b.ts', 'in/c.ts', 'd.ts', 'e.ts'],
    'b.ts': ['f.ts'],
    'in/c.ts': ['b.ts'],
    'd.ts': [],
    'e.ts': [],
    'f.ts': [],
  });
});

test('a circle of types is a circle; what only leads to it is not in it', () => {
  write({
    'a.ts': "import type { B } from './b.js';\n",
    'b.ts': "import { C } from './c.js';\n",
    'c.ts': "import type { B } from './b.js';\n",
    'self.ts': "import type { Self } from './self.js';\n",
  });
  expect(importCycles(importGraph(folder))).toEqual([['b.ts', 'c.ts'], ['self.ts']]);
});

test('the shortest way round is shown', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['a', 'd']],
    ['d', ['c']],
  ]);
  const [group] = importCycles(graph);
  expect(group).toEqual(['a', 'b', 'c', 'd']);
  expect(shortestRound(graph, group)).toEqual(['c', 'd', 'c']);
});
