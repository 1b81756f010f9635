/** @workers */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { describe, expect, test } from '@jest/globals';

import { WORKER_GLOBALS, isForeignGlobal, isWorkerGlobal } from './worker-globals.js';

/** Returns the names that a module in a worker can use, inherited ones included. */
async function namesInWorker(): Promise<string[]> {
  const code = `
    import { parentPort } from 'node:worker_threads';
    const names = new Set();
    for (let object = globalThis; object; object = Object.getPrototypeOf(object)) {
      for (const name of Object.getOwnPropertyNames(object)) names.add(name);
    }
    parentPort.postMessage([...names]);`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  const [names] = (await once(worker, 'message')) as [string[]];
  return names;
}

describe('the globals of workers', () => {
  test('are the listed ones', async () => {
    const names = await namesInWorker();
    expect([...WORKER_GLOBALS].filter((name) => !names.includes(name))).toEqual([]);
    // A newer Node may have names that the lists lack. Functions that use them are refused until they are listed, and this test then fails.
    expect(names.filter((name) => !isWorkerGlobal(name) && !isForeignGlobal(name))).toEqual([]);
  });

  test('are not those that somebody added here', () => {
    Object.assign(globalThis, { addedHere: 1 });
    expect(isWorkerGlobal('addedHere')).toBe(false);
    Reflect.deleteProperty(globalThis, 'addedHere');
  });

  test('are not those of other platforms, which may be asked for', () => {
    expect(['window', 'require', '__filename', 'Bun'].map(isWorkerGlobal)).toEqual([false, false, false, false]);
    expect(['window', 'require', '__filename', 'Bun', 'navigator'].map(isForeignGlobal)).toEqual([true, true, true, true, true]);
    expect(isForeignGlobal('console')).toBe(false);
  });
});
