import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Executor } from 'heddle';
import { addCounts, countLog, noCounts, type LogCounts } from './count-log.js';

/** Counts all compressed logs of a folder: the workers read, count and add; only sums come back. */
export async function countLogs(folder: string, executor: Executor): Promise<LogCounts> {
  return await executor.reduce(countLog, addCounts, logsOf(folder), { initial: noCounts, chunkSize: 4 });
}

async function* logsOf(folder: string): AsyncGenerator<string> {
  for await (const entry of await opendir(folder)) if (entry.isFile() && entry.name.endsWith('.gz')) yield join(folder, entry.name);
}
