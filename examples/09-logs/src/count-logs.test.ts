/**
 * Counts logs on threads, and compares with a count of the same lines one after the other.
 *
 * @workers
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { ThreadPoolExecutor } from 'heddle';
import { noCounts } from './count-log.js';
import type * as CountLogs from './count-logs.js';
import { linesOf, plantLogs } from './plant-logs.js';

// Workers load the built files.
const { countLogs } = (await import(new URL('../dist/count-logs.js', import.meta.url).href)) as typeof CountLogs;
const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
afterAll(() => executor.shutdown());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-logs-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('counts what a sequential count counts', async () => {
  await plantLogs(folder, 11, 2500);
  const lines = Array.from({ length: 11 }, (_, file) => [...linesOf(file, 2500)]).flat();
  const requests = lines.filter((line) => line.includes('HTTP/1.1'));
  const counts = await countLogs(folder, executor);
  expect({ lines: counts.lines, garbled: counts.garbled }).toEqual({ lines: 27_500, garbled: 22 });
  expect(counts.bytes).toBe(requests.reduce((sum, line) => sum + Number(/(\d+)\n$/.exec(line)?.[1]), 0));
  expect(counts.byStatus['404']).toBe(requests.filter((line) => line.includes('" 404 ')).length);
  expect(counts.byPath['/items/17']).toBe(requests.filter((line) => line.includes('/items/17 ')).length);
});

test('an empty folder has no lines', async () => {
  expect(await countLogs(folder, executor)).toEqual(noCounts);
});

test('a file that is not compressed fails the count, with its index', async () => {
  writeFileSync(join(folder, 'a.log.gz'), 'no gzip');
  await expect(countLogs(folder, executor)).rejects.toMatchObject({ code: 'Z_DATA_ERROR', index: 0 });
});

test('a log whose end is missing fails the count', async () => {
  const whole = gzipSync([...linesOf(0, 1000)].join(''));
  writeFileSync(join(folder, 'a.log.gz'), whole.subarray(0, whole.length / 2));
  await expect(countLogs(folder, executor)).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
});
