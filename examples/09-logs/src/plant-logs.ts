import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const paths = ['/', '/index.html', '/search?q=loom', '/items/17', '/items/18', '/missing'];

/** Writes compressed access logs, the same ones each time. */
export async function plantLogs(folder: string, files: number, linesOfEach: number): Promise<void> {
  for (let file = 0; file < files; file++)
    await pipeline(
      Readable.from(linesOf(file, linesOfEach)),
      createGzip(),
      createWriteStream(join(folder, `access-${String(file)}.log.gz`)),
    );
}

/** The lines of a log. Every thousandth is garbled. */
export function* linesOf(file: number, count: number): Generator<string> {
  let seed = file + 1;
  for (let line = 0; line < count; line++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; // the generator of Numerical Recipes
    const path = paths[seed % paths.length] ?? '/';
    const status = path === '/missing' ? 404 : seed % 97 === 0 ? 500 : 200;
    if (line % 1000 === 999) yield `cut off in the middle "GET ${path}\n`;
    else
      yield `10.0.0.${String(seed % 250)} - - [01/Dec/2026:04:10:00 +0000] "GET ${path} HTTP/1.1" ${String(status)} ${String(seed % 5000)}\n`;
  }
}
