import { describe, expect, test } from '@jest/globals';
import { internalFrames } from './internal-frames.js';

test('frames of added folders and of Node below them are left out, others stay', () => {
  internalFrames.add('file:///app/node_modules/some%20pool/dist/index.js');
  const stack = [
    'Error: wrong, at file:///app/node_modules/some%20pool/dist/',
    '    at user (file:///app/src/tasks.js:1:2)',
    '    at run (file:///app/node_modules/some%20pool/dist/run.js:3:4)',
    '    at inner (/app/node_modules/some pool/dist/deep/inner.cjs:5:6)',
    '    at other (file:///app/src/other.js:7:8)',
    '    at MessagePort.emit (node:events:520:28)',
    '    at async node:internal/process/task_queues:95:5',
  ].join('\n');
  expect(internalFrames.without(stack).split('\n')).toEqual([
    'Error: wrong, at file:///app/node_modules/some%20pool/dist/',
    '    at user (file:///app/src/tasks.js:1:2)',
    '    at other (file:///app/src/other.js:7:8)',
  ]);
});

describe('modules of a package', () => {
  const kept = (...places: string[]): string[] =>
    internalFrames
      .without(['Error: x', ...places.map((place) => `    at f (${place}:1:2)`)].join('\n'))
      .split('\n')
      .slice(1)
      .map((line) => /\((.*):1:2\)/.exec(line)?.[1] ?? line);

  test('stand for all of its dist, and for the sources that source maps lead to', () => {
    internalFrames.add('file:///repo/executors/mine/dist/deep/pool.js?v=1', 'mine/dist/deep/pool.js');
    const users = ['/repo/executors/mine/src/pool.test.ts', '/repo/executors/mine/lib/a.js', '/repo/executors/yours/dist/deep/pool.js'];
    expect(kept('file:///repo/executors/mine/dist/a.js', '/repo/executors/mine/src/deep/pool.ts', ...users)).toEqual(users);
  });

  test('say nothing once they are bundled', () => {
    internalFrames.add('file:///app/dist/server.js', 'mine/dist/deep/pool.js');
    internalFrames.add(undefined, 'mine/dist/deep/pool.js');
    const users = ['file:///app/dist/server.js', '/app/src/server.ts'];
    expect(kept(...users)).toEqual(users);
  });

  test.each([
    '/app/node_modules/@heddle/engine/src/worker-pool.ts',
    'file:///app/node_modules/.pnpm/@heddle+engine@0.1.0/node_modules/@heddle/engine/dist/worker-pool.js',
    'C:\\app\\node_modules\\@heddle\\threads\\dist\\worker.cjs',
  ])('are known where they are installed: %s', (place) => {
    expect(kept(place)).toEqual([]);
  });

  test("of the conformance suite are a user's, as are modules of that name elsewhere", () => {
    const users = ['/app/node_modules/@heddle/testkit/dist/suite/stack.js', '/app/src/@heddle/engine/dist/a.js'];
    expect(kept(...users)).toEqual(users);
  });
});
