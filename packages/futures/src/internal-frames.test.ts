import { expect, test } from '@jest/globals';
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
