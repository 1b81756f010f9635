import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Endpoint, ToCaller, ToWorker } from '@heddle/engine';
import { crashMessage } from '@heddle/engine/worker';
import { writeFrame } from '@heddle/serialization/frames';
import { controlFd, inboundFd } from './channel-protocol.js';
import { GrowingPause } from './growing-pause.js';
import { FileWorkerLedger } from './worker-ledger.js';
import { writeAll } from './write-all.js';

/** Less than a pipe holds. */
const smallBytes = 4096;
/** Resident memory is looked at this often at most. */
const memoryCheckMs = 50;
/** No pipe is full with less to read. */
const roomBytes = 1024;
const oneByte = new Uint8Array(1);

/** The worker's end of a channel to a process. */
export class ProcessEndpoint implements Endpoint {
  readonly ledger: FileWorkerLedger = new FileWorkerLedger(controlFd);
  readonly destination = 'process';
  readonly #nonce: number;
  readonly #inbound: Socket;
  readonly #readNow: () => void;
  readonly #maxMemory: number | undefined;
  #handler: ((message: ToWorker) => void) | undefined;
  /** Messages that were read and not handed on: while the initializer runs, or while a task does. */
  readonly #inbox: ToWorker[] = [];
  #arrivedCount = 0;
  #checkedAt = 0;
  #isLost = false;
  readonly #pauses = new GrowingPause();

  /** @param readNow - reads what is there without waiting */
  constructor(nonce: number, inbound: Socket, readNow: () => void, maxMemory: number | undefined) {
    this.#nonce = nonce;
    this.#inbound = inbound;
    this.#readNow = readNow;
    this.#maxMemory = maxMemory;
  }

  /** @throws when the message can't be written; nothing was sent then */
  post(message: ToCaller): void {
    if (this.#isLost) return;
    const frame = writeFrame(this.#nonce, message);
    // A caller that blocks reads what it has been told of. A small frame is told of when it can be read at a stroke, a large one
    // may need to be read to be written.
    const isLarge = frame.length > 1 || (frame[0]?.length ?? 0) > smallBytes;
    try {
      this.ledger.publish();
      if (isLarge) this.ledger.posted();
      for (const part of frame) writeAll(part);
      if (!isLarge) this.ledger.posted();
    } catch (error) {
      this.#lost(error);
    }
  }

  fail(error: unknown): void {
    this.post(crashMessage(error, 'process'));
    process.exit(1);
  }

  /** The caller can't be told anything any more; what is said on stderr reaches it still. */
  #lost(error: unknown): void {
    this.#isLost = true;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPIPE') process.exit(0); // it is gone
    writeSync(2, `heddle: the channel to the caller was closed (${String(code)}); did a task close a descriptor that isn't its own?\n`);
    process.exit(1);
  }

  listen(handler: (message: ToWorker) => void): void {
    this.#handler = handler;
    queueMicrotask(() => {
      this.deliver();
    });
  }

  /** A message was read. */
  arrived(message: ToWorker): void {
    this.#arrivedCount += 1;
    this.#inbox.push(message);
  }

  /** Hands on what was read. */
  deliver(): void {
    const handler = this.#handler;
    if (handler === undefined) return;
    for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) handler(next);
  }

  /** The bell tells whether there is anything to read: looking in vain costs an exception. */
  receive(): ToWorker | undefined {
    if (this.#inbox.length === 0 && this.ledger.bell() !== this.#arrivedCount) this.#readNow();
    return this.#inbox.shift();
  }

  ends(exitCode: number): void {
    this.ledger.ends(exitCode);
  }

  /** Bytes were read: a caller that waits for room in the pipe is told so. */
  hasRead(count: number): void {
    // A pipe that is full holds more than this.
    if (count < roomBytes || !this.ledger.isRoomAsked()) return;
    try {
      writeSync(inboundFd, oneByte);
    } catch (error) {
      this.#lost(error);
    }
  }

  sleep(seen: number, timeoutMs: number): void {
    this.#pauses.pause(seen, timeoutMs);
  }

  isWorn(): boolean {
    if (this.#maxMemory === undefined) return false;
    const now = performance.now();
    if (now - this.#checkedAt < memoryCheckMs) return false;
    this.#checkedAt = now;
    return process.memoryUsage.rss() > this.#maxMemory;
  }

  exit(): void {
    this.#inbound.destroy();
    process.exit(0);
  }
}
