/**
 * Tests which files, threads, timers and modules the import of heddle uses in a program that has imported nothing else.
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
const program = (text: string): string[] => [process.execPath, '--input-type=module', '--eval', text];

test('works where a process may have 64 files open', async () => {
  const text = "import * as heddle from 'heddle'; console.log(typeof heddle.ThreadPoolExecutor, typeof heddle.Lock);";
  const { stdout } = await run('/bin/sh', ['-c', 'ulimit -n 64; exec "$0" "$@"', ...program(text)], { cwd });
  expect(stdout).toBe('function function\n');
});

test('starts nothing: no thread, no process, no timer, no inspector', async () => {
  const [node = '', ...args] = program(`
    import { createHook } from 'node:async_hooks';
    void [process.stdout, process.stderr]; // Node 26 makes them when its own modules are loaded.
    const resources = () => process.getActiveResourcesInfo().filter((name) => !name.endsWith("Req"));
    const before = resources();
    const started = [];
    createHook({ init: (_id, type) => { if (!/PROMISE|FSREQ|FILEHANDLE|TickObject/.test(type)) started.push(type); } }).enable();
    await import('heddle');
    console.log(JSON.stringify({ started, before, after: resources() }));
  `);
  const { stdout } = await run(node, args, { cwd });
  const { started, before, after } = JSON.parse(stdout) as Record<string, string[]>;
  expect({ started, after }).toEqual({ started: [], after: before });
});

test('loads no module of Node that only processes, the parser or the inspector need', async () => {
  const [node = '', ...args] = program(`
    await import('heddle');
    const { createRequire } = await import('node:module');
    const loaded = process.moduleLoadList;
    const parsers = Object.keys(createRequire(import.meta.url).cache);
    console.log(JSON.stringify({
      parsers,
      modules: ['child_process', 'crypto', 'inspector'].filter((name) => loaded.includes('NativeModule ' + name)),
    }));
  `);
  const { stdout } = await run(node, args, { cwd });
  expect(JSON.parse(stdout)).toEqual({ parsers: [], modules: [] });
});

test('loads the code of a package when one of its exports is first used', async () => {
  const [node = '', ...args] = program(`
    const { gather, Lock, ThreadPoolExecutor } = await import('heddle');
    const { createRequire } = await import('node:module');
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).map((file) => /(\\w+)-inside/.exec(file)?.[1]).sort();
    const steps = [loaded()];
    await gather([]);
    steps.push(loaded());
    new Lock();
    steps.push(loaded());
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    await pool.shutdown();
    steps.push(loaded());
    console.log(JSON.stringify(steps));
  `);
  const { stdout } = await run(node, args, { cwd });
  const first = ['coroutines'];
  const second = [...first, 'serialization', 'sync'];
  expect(JSON.parse(stdout)).toEqual([[], first, second, [...second, 'engine', 'threads'].sort()]);
});
