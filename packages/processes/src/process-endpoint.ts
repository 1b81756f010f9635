import type { Endpoint, ToCaller, ToWorker } from '@heddle/engine';
import { writeFrame } from '@heddle/serialization/frames';
import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { controlFd, outboundFd } from './channel-protocol.js';
import { FileWorkerLedger } from './worker-ledger.js';

/** Resident memory is looked at this often at most. */
const memoryCheckMs = 50;

/** The worker's end of a channel to a process. */
export class ProcessEndpoint implements Endpoint {
  readonly ledger: FileWorkerLedger = new FileWorkerLedger(controlFd);
  readonly reach = 'process';
  readonly #nonce: number;
  readonly #inbound: Socket;
  readonly #maxMemory: number | undefined;
  #handler: ((message: ToWorker) => void) | undefined;
  /** Messages that came while the initializer ran. */
  #early: ToWorker[] = [];
  #checkedAt = 0;

  constructor(nonce: number, inbound: Socket, maxMemory: number | undefined) {
    this.#nonce = nonce;
    this.#inbound = inbound;
    this.#maxMemory = maxMemory;
  }

  post(message: ToCaller): void {
    this.ledger.publish();
    for (const part of writeFrame(this.#nonce, message)) writeAll(part);
  }

  listen(handler: (message: ToWorker) => void): void {
    this.#handler = handler;
    for (const message of this.#early.splice(0)) handler(message);
  }

  deliver(message: ToWorker): void {
    if (this.#handler === undefined) this.#early.push(message);
    else this.#handler(message);
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

/** Blocks until the caller, or the system for it, has taken all of it. */
function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(outboundFd, bytes, at, bytes.length - at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0); // nobody is left to answer to
      throw error;
    }
  }
}
