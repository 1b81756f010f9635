/**
 * The task: what is computed for one file. It is in a module of its own, so that a worker imports this module and no
 * other. Paths travel to it and small records back; the files' contents never leave the worker.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, createReadStream, fstatSync, openSync, readFileSync, type BigIntStats } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { task } from 'heddle';
import { TextCounter } from './text-counter.js';
import { reasonOf } from './walk.js';

/** What is said of the contents of a file. */
export interface Contents {
  readonly sha256: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  readonly lines: number;
  readonly words: number;
}

/** What came of one file. */
export interface Fingerprint {
  readonly path: string;
  /** The file's size, times and inode before and after it was read: equal ones mean that it was not changed. */
  readonly versions: readonly [before: string, after: string];
  /** `undefined` when it could not be read; `reason` says why. */
  readonly contents: Contents | undefined;
  readonly reason: string;
}

/** Files from this size on are read piece by piece. */
const largeBytes = 32 * 1024 * 1024;
const pieceBytes = 1024 * 1024;

// A link or a pipe that has taken the file's place since the walk is not followed, and not waited for. (Windows lacks the
// last two constants: `undefined` adds nothing.)
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Fingerprints a file. Never throws for a file that can't be read. */
export const fingerprint: (path: string) => Fingerprint | Promise<Fingerprint> = task(import.meta.url, function fingerprint(path: string) {
  let fd: number;
  try {
    fd = openSync(path, openFlags);
  } catch (error) {
    return unread(path, error);
  }
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  try {
    const stats = fstatSync(fd, { bigint: true });
    if (!stats.isFile()) throw new Error('not a regular file any more');
    const before = versionOf(stats);
    const done = (contents: Contents): Fingerprint => {
      const after = versionOf(fstatSync(fd, { bigint: true }));
      close();
      return { path, versions: [before, after], contents, reason: '' };
    };
    if (stats.size < largeBytes) return done(ofWhole(readFileSync(fd)));
    return ofPieces(fd)
      .then(done)
      .catch((error: unknown) => {
        close();
        return unread(path, error);
      });
  } catch (error) {
    close();
    return unread(path, error);
  }
});

/** Tells the states of a file apart. */
export function versionOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [ino, size, mtimeNs, ctimeNs].join('-');
}

function unread(path: string, error: unknown): Fingerprint {
  return { path, versions: ['', ''], contents: undefined, reason: reasonOf(error) };
}

function ofWhole(data: Buffer): Contents {
  const text = new TextCounter();
  text.add(data);
  return {
    sha256: createHash('sha256').update(data).digest('hex'),
    bytes: data.length,
    gzipBytes: gzipSync(data).length,
    lines: text.lines,
    words: text.words,
  };
}

async function ofPieces(fd: number): Promise<Contents> {
  const hash = createHash('sha256');
  const text = new TextCounter();
  let bytes = 0;
  let gzipBytes = 0;
  const pieces = createReadStream('', { fd, autoClose: false, highWaterMark: pieceBytes }) as AsyncIterable<Buffer>;
  async function* read(): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      hash.update(piece);
      text.add(piece);
      bytes += piece.length;
      yield piece;
    }
  }
  await pipeline(Readable.from(read()), createGzip(), async (packed: AsyncIterable<Buffer>) => {
    for await (const piece of packed) gzipBytes += piece.length;
  });
  return { sha256: hash.digest('hex'), bytes, gzipBytes, lines: text.lines, words: text.words };
}
