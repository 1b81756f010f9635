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
/** The least time between two checks of the resident memory. */
const memoryCheckMs = 50;
/** A pipe that is full holds more than this. */
const roomBytes = 1024;
const oneByte = new Uint8Array(1);

/** The worker's side of a channel to a worker process. */
export class ProcessEndpoint implements Endpoint {
  readonly ledger: FileWorkerLedger = new FileWorkerLedger(controlFd);
  readonly destination = 'process';
  readonly #nonce: number;
  readonly #inbound: Socket;
  /** See {@link Endpoint.receive}. */
  readonly receive?: () => ToWorker | undefined;
  readonly #maxMemory: number | undefined;
  #handler: ((message: ToWorker) => void) | undefined;
  /** Messages that were read and not handed on yet, while the initializer or a task runs. */
  readonly #inbox: ToWorker[] = [];
  #arrivedCount = 0;
  #checkedAt = 0;
  #isLost = false;
  readonly #pauses = new GrowingPause();

  /** @param readNow - reads the bytes that have come, without waiting; `undefined` where only the event loop can read them */
  constructor(nonce: number, inbound: Socket, readNow: (() => void) | undefined, maxMemory: number | undefined) {
    this.#nonce = nonce;
    this.#inbound = inbound;
    this.#maxMemory = maxMemory;
    if (readNow === undefined) return;
    this.receive = () => {
      // The bell tells whether there is anything to read, since a read in vain costs an exception.
      if (this.#inbox.length === 0 && this.ledger.bell() !== this.#arrivedCount) readNow();
      return this.#inbox.shift();
    };
  }

  /** @throws when the message can't be written; nothing was sent then */
  post(message: ToCaller): void {
    if (this.#isLost) return;
    const frame = writeFrame(this.#nonce, message);
    // A caller that blocks reads the messages that were announced. A small frame is announced once it can be read in one go. A large one
    // may have to be read before it can be written completely.
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

  /** Ends the worker: it can't send messages to the caller any more. Its stderr still reaches the caller. */
  #lost(error: unknown): void {
    this.#isLost = true;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPIPE') process.exit(0); // The caller is gone.
    writeSync(2, `heddle: the channel to the caller was closed (${String(code)}); did a task close a descriptor that isn't its own?\n`);
    process.exit(1);
  }

  listen(handler: (message: ToWorker) => void): void {
    this.#handler = handler;
    queueMicrotask(() => {
      this.deliver();
    });
  }

  /** Called when a message was read. */
  arrived(message: ToWorker): void {
    this.#arrivedCount += 1;
    this.#inbox.push(message);
  }

  /** Hands on the messages that were read. */
  deliver(): void {
    const handler = this.#handler;
    if (handler === undefined) return;
    for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) handler(next);
  }

  ends(exitCode: number): void {
    this.ledger.ends(exitCode);
  }

  /** Called when bytes were read: tells a caller that waits for room in the pipe. */
  hasRead(count: number): void {
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
