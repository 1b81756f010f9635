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
    const { gather, Lock, ThreadPoolExecutor, serializable, task, tasksOf } = await import('heddle');
    const { createRequire } = await import('node:module');
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).map((file) => /(\\w+)-inside/.exec(file)?.[1]).sort();
    const steps = [loaded()];
    task(import.meta.url, function exported() {});
    serializable(import.meta.url, class Registered {});
    const { basename } = tasksOf('node:path');
    steps.push(loaded());
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    steps.push(loaded());
    const result = await pool.submit(basename, 'a/b');
    steps.push(loaded());
    await pool.shutdown();
    await gather([]);
    steps.push(loaded());
    new Lock();
    steps.push(loaded());
    console.log(JSON.stringify({ steps, result }));
  `);
  const { stdout } = await run(node, args, { cwd });
  const pool = ['engine', 'threads'];
  const submit = ['engine', 'serialization', 'threads'];
  const gather = ['coroutines', ...submit];
  expect(JSON.parse(stdout)).toEqual({ steps: [[], [], pool, submit, gather, [...gather, 'sync'].sort()], result: 'b' });
});

test('starts the first worker before it loads the code that analyses and sends functions', async () => {
  const [node = '', ...args] = program(`
    import { createHook } from 'node:async_hooks';
    import { Module } from 'node:module';
    const { ThreadPoolExecutor } = await import('heddle');
    const events = [];
    const { load } = Module.prototype;
    Module.prototype.load = function (file) {
      events.push(/(\\w+)-inside/.exec(file)?.[1] ?? file);
      return load.call(this, file);
    };
    createHook({ init: (_id, type) => { if (type === 'WORKER') events.push('worker'); } }).enable();
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const result = await pool.submit((n) => n + 1, 1);
    await pool.shutdown();
    console.log(JSON.stringify({ events, result }));
  `);
  const { stdout } = await run(node, args, { cwd });
  const { events, result } = JSON.parse(stdout) as { events: string[]; result: number };
  expect(result).toBe(2);
  expect(events.slice(0, 4)).toEqual(['threads', 'engine', 'worker', 'serialization']);
});
