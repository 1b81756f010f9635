/*
 * Memory that caller and worker both see without a message, where they can't share memory. It is a small file without a name that both have
 * open, mostly in memory (tmpfs where there is one). A read or write takes half a microsecond.
 *
 *   0      float64       messages posted by the caller      } written by the caller
 *   8      uint8         1 when the worker may spin         }
 *   12     uint32        times room was asked for: outbox.ts }
 *   16     float64       messages posted                    } written by the worker
 *   24     uint32        tasks that hold the slot           }
 *   28     uint32        tasks that are suspended           }
 *   32     uint8         1 while it spins                   }
 *   36     uint32        1 + its exit code, when it ends    }
 *   1024   uint8 x 1024  withdrawn: the turn of each word   written by the caller
 *   2048   uint8 x 1024  claimed: the turn of each word     written by the worker
 *   3072   float64 ...   the histogram of run times         written by the worker
 *
 * A file has no compare-and-exchange, so both sides first write and then look, as in Dekker's algorithm. When a claim meets a withdrawal,
 * at least one side sees the other. A worker that sees a withdrawal gives way. A caller that sees a claim takes the task to be running, and
 * sends it again when the worker reports that it gave way.
 *
 * Words are used again and again. Each use is a turn (1 to 127, then from 1 again) that both sides count, so nothing has to be erased. The
 * high bit of a claim means that the task watches its signal.
 */
import { closeSync, constants, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capacity, explainDenied, isShortage } from '@heddle/engine';

export const at = {
  bell: 0,
  maySpin: 8,
  roomAsked: 12,
  posted: 16,
  running: 24,
  suspended: 28,
  spinning: 32,
  exitCode: 36,
  withdrawn: 1024,
  claimed: 2048,
  runTimes: 3072,
} as const;

const fileBytes = 8192;
export const watchingBit = 0x80;

/** @returns the turn after this one */
export function nextTurn(turn: number): number {
  return turn === 127 ? 1 : turn + 1;
}

/** @returns the turns of all words, at their beginning */
export function createTurns(): Uint8Array {
  return new Uint8Array(capacity);
}

/**
 * Creates the file and removes its name, so that the file goes when the last process that has it open ends. All of it is written at once: a
 * full folder fails here, where another one can be tried, and not in a worker amid its work.
 *
 * @param folders - the folders to try, in this order
 * @returns a descriptor
 * @throws the system's error, with its code, when no folder has room
 */
export function createControlFile(folders: readonly string[] = ['/dev/shm', tmpdir()]): number {
  const problems: NodeJS.ErrnoException[] = [];
  for (const folder of folders) {
    try {
      return createIn(folder);
    } catch (error) {
      problems.push(explainDenied(error, folder) as NodeJS.ErrnoException);
    }
  }
  const shortage = problems.find(isShortage) ?? problems.at(-1);
  const why = problems.map(({ message }, i) => `${String(folders[i])}: ${message}`).join('; ');
  throw Object.assign(
    new Error(
      `a worker needs a file of ${String(fileBytes)} bytes, and none can be made (${why}); make room there, or set TMPDIR to another folder`,
      { cause: shortage },
    ),
    { code: shortage?.code },
  );
}

function createIn(folder: string): number {
  const path = join(folder, `heddle-${String(process.pid)}-${crypto.randomUUID()}`);
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    rmSync(path);
    if (writeSync(fd, new Uint8Array(fileBytes), 0, fileBytes, 0) < fileBytes)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** One side's view of the file. */
export class ControlFile {
  readonly fd: number;
  readonly #bytes = new Uint8Array(8);
  readonly #view = new DataView(this.#bytes.buffer);
  #isOpen = true;

  constructor(fd: number) {
    this.fd = fd;
  }

  byte(position: number): number {
    this.#read(1, position);
    return this.#bytes[0] ?? 0;
  }

  setByte(position: number, value: number): void {
    this.#bytes[0] = value;
    this.#write(1, position);
  }

  uint32(position: number): number {
    this.#read(4, position);
    return this.#view.getUint32(0, true);
  }

  setUint32(position: number, value: number): void {
    this.#view.setUint32(0, value, true);
    this.#write(4, position);
  }

  float64(position: number): number {
    this.#read(8, position);
    return this.#view.getFloat64(0, true);
  }

  setFloat64(position: number, value: number): void {
    this.#view.setFloat64(0, value, true);
    this.#write(8, position);
  }

  read(into: Uint8Array, position: number): void {
    if (this.#isOpen) readSync(this.fd, into, 0, into.length, position);
  }

  write(bytes: Uint8Array, position: number): void {
    if (this.#isOpen) writeSync(this.fd, bytes, 0, bytes.length, position);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.fd);
  }

  #read(count: number, position: number): void {
    this.#bytes.fill(0);
    if (this.#isOpen) readSync(this.fd, this.#bytes, 0, count, position);
  }

  #write(count: number, position: number): void {
    if (this.#isOpen) writeSync(this.fd, this.#bytes, 0, count, position);
  }
}
