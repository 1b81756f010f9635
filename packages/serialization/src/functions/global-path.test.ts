/**
 * Tests how functions that every realm has are found, in processes that have loaded nothing else: what is loaded decides what is found.
 *
 * @workers
 */
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const run = promisify(execFile);
const cwd = dirname(fileURLToPath(import.meta.url));

async function printedBy(text: string): Promise<unknown> {
  const program = `import { describeFunction, loadFunction } from '@heddle/serialization';\n${text}`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], { cwd });
  return JSON.parse(stdout);
}

test('a function by source loads none of the modules that Node loads for its globals', async () => {
  const loaded = await printedBy(`
    void process.stdout; // Node loads modules for it
    const before = new Set(process.moduleLoadList);
    describeFunction((n) => n + 1);
    const lazy = /undici|webstreams|webcrypto|abort_controller|http|tls|NativeModule (?:net|assert)$/;
    console.log(JSON.stringify(process.moduleLoadList.filter((name) => !before.has(name) && lazy.test(name))));
  `);
  expect(loaded).toEqual([]);
});

test('functions of globals that a program reads later than its first task are found and travel', async () => {
  const paths = await printedBy(`
    describeFunction((n) => n + 1);
    const descriptors = [Headers, AbortSignal.timeout, ReadableStream.prototype.tee, MessageChannel, File].map((fn) => describeFunction(fn, true));
    console.log(JSON.stringify(descriptors.map(({ kind, path }) => [kind, ...path].join(' '))));
  `);
  expect(paths).toEqual([
    'global Headers',
    'global AbortSignal timeout',
    'global ReadableStream prototype tee',
    'global MessageChannel',
    'global File',
  ]);
});

test('the place of such a function leads to it where nobody has read the global', async () => {
  const found = await printedBy(`
    const load = async (...path) => (await loadFunction({ kind: 'global', id: path.join(), name: '', path, module: undefined })).name;
    console.log(JSON.stringify([await load('Headers'), await load('AbortSignal', 'timeout'), await load('TransformStream')]));
  `);
  expect(found).toEqual(['Headers', 'timeout', 'TransformStream']);
});
