/** Usage: node dist/main.js [FOLDER]: counts the *.gz access logs of a folder; without one, of twelve logs that it makes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ThreadPoolExecutor } from 'heddle';
import { countLogs } from './count-logs.js';
import { plantLogs } from './plant-logs.js';

const number = new Intl.NumberFormat('en-US');
const tell = (what: string, how: string): void => {
  console.log(`${what.padEnd(12)}${how}`);
};

const [given] = process.argv.slice(2);
const folder = given ?? mkdtempSync(join(tmpdir(), 'heddle-logs-'));
try {
  if (given === undefined) await plantLogs(folder, 12, 20_000);
  await using executor = new ThreadPoolExecutor();
  const { lines, bytes, garbled, byStatus, byPath } = await countLogs(folder, executor);
  tell('lines', `${number.format(lines)}, ${number.format(garbled)} of them garbled`);
  tell('bytes', number.format(bytes));
  for (const [status, count] of Object.entries(byStatus).sort()) tell(`status ${status}`, number.format(count));
  const busiest = Object.entries(byPath).sort(([, a], [, b]) => b - a);
  for (const [path, count] of busiest.slice(0, 3)) tell('path', `${path} ${number.format(count)}`);
} finally {
  if (given === undefined) rmSync(folder, { recursive: true });
}
