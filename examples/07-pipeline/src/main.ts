/**
 * Sends batches of records through a pipeline, and tells how fast, and with how much memory.
 *
 * Usage: node dist/main.js [BATCHES] [FILE]; 2000 batches unless told, to a file that is deleted afterwards.
 */
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batches, expectedSum } from './batches.js';
import { bound, pipeline } from './pipeline.js';

const [count = 2000, path = join(tmpdir(), `heddle-pipeline-${String(process.pid)}`)] = [
  process.argv[2] === undefined ? undefined : Number(process.argv[2]),
  process.argv[3],
];
const limits = { workers: 2, sinks: 4, queueSize: 4 };
const number = new Intl.NumberFormat('en-US');

const file = await open(path, 'w');
const flow = await pipeline({
  ...limits,
  source: batches(count),
  sink: async ({ id, sum, hash }) => {
    await file.appendFile(`${String(id)} ${String(sum)} ${hash}\n`);
  },
});
await file.close();
if (process.argv[3] === undefined) await rm(path);

console.log(`batches         ${number.format(flow.batches)}, ${number.format(flow.records)} records`);
console.log(`sum             ${number.format(flow.sum)}, ${flow.sum === expectedSum(count) ? 'as it should be' : 'WRONG'}`);
console.log(`throughput      ${number.format(Math.round(flow.records / (flow.elapsedMs / 1000)))} records/s`);
console.log(`most inside     ${String(flow.mostInside)} batches, of at most ${String(bound(limits))}`);
console.log(`peak memory     ${number.format(Math.round(process.resourceUsage().maxRSS / 1024))} MB`);
