/** The caller's side of a channel to a worker process. */
import { writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Writable } from 'node:stream';
import { checkToCaller, internalFrames } from '@heddle/engine';
import type { Bell, Channel, ChannelEvents, OpenChannel, ToCaller, ToWorker, WorkerStart } from '@heddle/engine';
import { writeFrame } from '@heddle/serialization/frames';
import { ownFile } from '@heddle/serialization/worker';
import { FileCallerLedger, type PoolLoad } from './caller-ledger.js';
import type { ProcessStart } from './channel-protocol.js';
import { createControlFile } from './control-file.js';
import { CopyPool } from './copy-pool.js';
import { FramedProcess, type SpawnOptions } from './framed-process.js';
import { Outbox } from './outbox.js';
import { pathOf } from './path-of.js';
import { ProcessBell, type Audible } from './process-bell.js';
import { fdOf } from './read-now.js';

/** Options of the start of a pool's processes. */
export interface WorkerSpawnOptions extends SpawnOptions {
  readonly maxMemory: number | undefined;
}

/** Returns the file with worker-entry.ts and all that it imports, made by the build: see tools/bundle.mjs. */
const entry = (): string => pathOf(ownFile('heddle-processes-worker.cjs', () => new URL('./heddle-processes-worker.cjs', import.meta.url)));

const copyPool = new CopyPool();

internalFrames.add(import.meta.url, 'processes/dist/bundle/');

class ProcessChannel implements Channel, Audible {
  readonly ledger: FileCallerLedger;
  readonly #process: FramedProcess;
  /** `undefined` when the process was not started. */
  readonly #outbox: Outbox | undefined;
  /** How many reads have brought something. */
  #reads = 0;

  constructor(start: WorkerStart, events: ChannelEvents, options: WorkerSpawnOptions, load: PoolLoad, bell: ProcessBell) {
    const fd = createControlFile();
    this.ledger = new FileCallerLedger(fd, load);
    const handlers = {
      check: checkToCaller,
      message: (message: unknown) => {
        events.message(message as ToCaller);
      },
      exit: (exit: Parameters<ChannelEvents['exit']>[0]) => {
        bell.workers.delete(this);
        this.#outbox?.close();
        events.exit(exit);
        this.ledger.close();
      },
    };
    try {
      this.#process = new FramedProcess(entry(), start.name, handlers, options, [fd]);
    } catch (error) {
      this.ledger.close();
      throw error;
    }
    const { outbound, inbound, nonce } = this.#process;
    bell.workers.add(this);
    if (outbound === undefined) return;
    if (fdOf(inbound) === undefined) bell.isDeaf = true;
    const outbox = new Outbox(pipeOf(outbound), () => {
      this.ledger.askForRoom();
    });
    this.#outbox = outbox;
    outbound.on('data', () => {
      outbox.flush();
    });
    for (const part of writeFrame(nonce, { start, maxMemory: options.maxMemory } satisfies ProcessStart)) outbox.write(part);
  }

  get sound(): number {
    return this.ledger.posted + this.#reads + (this.#outbox?.progress ?? 0);
  }

  post(message: ToWorker, transfer?: readonly object[], isLive = false): void {
    const parts = [...writeFrame(this.#process.nonce, message)];
    const outbox = this.#outbox;
    if (this.#process.isOver || outbox === undefined) return;
    const moved = new Set(transfer);
    const isMoved = parts.map((part) => moved.has(part.buffer));
    for (const buffer of moved) if (isLive) detach(buffer as ArrayBuffer, parts);
    parts.forEach((part, i) => {
      outbox.write(part, i > 0 && isLive && isMoved[i] === false ? keepCopy : undefined);
    });
  }

  receive(): void {
    this.#process.deliver();
    this.#outbox?.flush();
    while (this.ledger.posted !== this.#process.arrived && (this.#process.receive() ?? 0) > 0) this.#reads += 1;
  }

  probe(): boolean {
    const isBusy = this.#process.probe(this.ledger.exitCode);
    this.#outbox?.flush(); // The probe may have read the byte that reports room in the pipe.
    return isBusy;
  }

  ref(): void {
    this.#process.ref();
  }

  unref(): void {
    this.#process.unref();
  }

  terminate(signal?: NodeJS.Signals): void {
    this.#process.terminate(signal);
  }
}

/** @returns a function that writes to a process without waiting */
function pipeOf(outbound: Writable): (bytes: Uint8Array) => number {
  if (fdOf(outbound) !== undefined) {
    return (bytes) => {
      const fd = fdOf(outbound); // Read each time: a closed stream has none, and its number may belong to another file by then.
      if (fd === undefined) throw Object.assign(new Error('the channel is closed'), { code: 'EPIPE' });
      return writeSync(fd, bytes);
    };
  }
  return (bytes) => {
    outbound.write(Buffer.from(bytes)); // On Windows Node's stream accepts all bytes, and keeps them.
    return bytes.length;
  };
}

/** Bytes that leave later must not show later changes that the user makes to the memory. */
function keepCopy(rest: Uint8Array): { bytes: Uint8Array; release: () => void } {
  const bytes = copyPool.copy(rest);
  return {
    bytes,
    release: () => {
      copyPool.release(bytes);
    },
  };
}

/** Takes a buffer away from the user, as structured clone does. The parts that are on it move along. */
function detach(buffer: ArrayBuffer, parts: Uint8Array[]): void {
  const moved = structuredClone(buffer, { transfer: [buffer] });
  parts.forEach((part, i) => {
    if (part.buffer === buffer) parts[i] = new Uint8Array(moved);
  });
}

/** Opens channels to the processes of one pool, which all ring its bell. */
export function processChannels(options: WorkerSpawnOptions): { readonly open: OpenChannel; readonly bell: Bell } {
  const load: PoolLoad = { busyWorkers: 0, cores: availableParallelism() };
  const bell = new ProcessBell(load);
  return { open: (start, events) => new ProcessChannel(start, events, options, load, bell), bell };
}
