import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { task } from 'heddle';

/** What logs say. Two of them can be combined, in any grouping. */
export interface LogCounts {
  readonly lines: number;
  readonly bytes: number;
  /** Lines that are no requests. */
  readonly garbled: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byPath: Readonly<Record<string, number>>;
}

/** `127.0.0.1 - - [01/Dec/2026:04:10:00 +0000] "GET /index.html HTTP/1.1" 200 5120`, as web servers write it. */
const request = /"[A-Z]+ (\S+) [^"]*" (\d{3}) (\d+|-)$/;

/** Counts one compressed log, line by line: it is never in memory as a whole. Runs in a worker. */
export const countLog: (path: string) => Promise<LogCounts> = task(
  import.meta.url,
  async function countLog(path: string): Promise<LogCounts> {
    let [lines, bytes, garbled] = [0, 0, 0];
    const byStatus: Record<string, number> = {};
    const byPath: Record<string, number> = {};
    const file = createReadStream(path);
    const text = file.pipe(createGunzip());
    file.on('error', (error) => text.destroy(error)); // pipe does not pass it on
    for await (const line of createInterface({ input: text, crlfDelay: Infinity })) {
      lines += 1;
      const [, where, status, size] = request.exec(line) ?? [];
      if (where === undefined || status === undefined) {
        garbled += 1;
        continue;
      }
      bytes += size === '-' ? 0 : Number(size);
      byStatus[status] = (byStatus[status] ?? 0) + 1;
      byPath[where] = (byPath[where] ?? 0) + 1;
    }
    return { lines, bytes, garbled, byStatus, byPath };
  },
);

/** Adds the counts of two logs. Runs in a worker, too. */
export const addCounts: (a: LogCounts, b: LogCounts) => LogCounts = task(
  import.meta.url,
  function addCounts(a: LogCounts, b: LogCounts): LogCounts {
    return {
      lines: a.lines + b.lines,
      bytes: a.bytes + b.bytes,
      garbled: a.garbled + b.garbled,
      byStatus: addEach(a.byStatus, b.byStatus),
      byPath: addEach(a.byPath, b.byPath),
    };
  },
);

function addEach(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sum = { ...a };
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}

/** What there is before any log. */
export const noCounts: LogCounts = { lines: 0, bytes: 0, garbled: 0, byStatus: {}, byPath: {} };
