/** A channel to a worker process. */
import { internalFrames } from '@heddle/engine';
import type { Channel, ChannelEvents, OpenChannel, ToCaller, ToWorker, WorkerStart } from '@heddle/engine';
import { writeFrame } from '@heddle/serialization/frames';
import { readSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { FileCallerLedger, type PoolLoad } from './caller-ledger.js';
import type { ProcessStart } from './channel-protocol.js';
import { CopyPool } from './copy-pool.js';
import { createControlFile } from './control-file.js';
import { FramedProcess, type SpawnOptions } from './framed-process.js';

/** How the processes of a pool are started. */
export interface WorkerSpawnOptions extends SpawnOptions {
  readonly maxMemory: number | undefined;
}

/** worker-entry.ts and all it imports in one file, made by the build: see tools/bundle-worker.mjs. */
const entry = fileURLToPath(new URL('./worker.cjs', import.meta.url));

const copyPool = new CopyPool();
/** What `receive` reads into. */
const piece = Buffer.allocUnsafeSlow(65_536);

internalFrames.add(import.meta.url);

class ProcessChannel implements Channel {
  readonly ledger: FileCallerLedger;
  readonly #process: FramedProcess;

  constructor(start: WorkerStart, events: ChannelEvents, options: WorkerSpawnOptions, load: PoolLoad) {
    const fd = createControlFile();
    this.ledger = new FileCallerLedger(fd, load);
    const handlers = {
      message: (message: unknown) => { events.message(message as ToCaller); },
      exit: (exit: Parameters<ChannelEvents['exit']>[0]) => {
        events.exit(exit);
        this.ledger.close();
      },
    };
    try {
      this.#process = new FramedProcess(entry, start.name, handlers, options, [fd]);
    } catch (error) {
      this.ledger.close();
      throw error;
    }
    const { nonce, outbound } = this.#process;
    if (outbound === undefined) return;
    for (const part of writeFrame(nonce, { start, maxMemory: options.maxMemory } satisfies ProcessStart)) outbound.write(part);
  }

  post(message: ToWorker, transfer?: readonly object[], isLive = false): void {
    const { nonce, outbound, isOver } = this.#process;
    const parts = writeFrame(nonce, message);
    if (isOver || outbound === undefined) return;
    // What leaves later must not show what the user does to his memory meanwhile.
    const moved = new Set(transfer);
    const copies = new Set<Uint8Array>();
    const ready = parts.map((part, i) => {
      if (i === 0 || !isLive || moved.has(part.buffer)) return part;
      const copy = copyPool.copy(part);
      copies.add(copy);
      return copy;
    });
    for (const buffer of moved) if (isLive) detach(buffer as ArrayBuffer, ready);
    if (ready.length > 1) outbound.cork();
    for (const part of ready) {
      if (copies.has(part)) outbound.write(part, () => { copyPool.release(part as Uint8Array<ArrayBuffer>); });
      else outbound.write(part);
    }
    if (ready.length > 1) outbound.uncork();
  }

  receive(): void {
    const { inbound, isOver } = this.#process;
    const fd = (inbound as unknown as { readonly _handle?: { readonly fd?: number } } | undefined)?._handle?.fd;
    if (fd === undefined || fd < 0 || isOver) return;
    try {
      const count = readSync(fd, piece);
      if (count > 0) this.#process.read(piece.subarray(0, count));
    } catch {
      // nothing there yet, or the end: the event loop will tell
    }
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

/** Takes a buffer away from the user, as structured clone does; the parts that are on it move along. */
function detach(buffer: ArrayBuffer, parts: Uint8Array[]): void {
  const moved = structuredClone(buffer, { transfer: [buffer] });
  parts.forEach((part, i) => {
    if (part.buffer === buffer) parts[i] = new Uint8Array(moved);
  });
}

/** Opens channels to the processes of one pool. */
export function processChannels(options: WorkerSpawnOptions): OpenChannel {
  const load: PoolLoad = { busyWorkers: 0, cores: availableParallelism() };
  return (start, events) => new ProcessChannel(start, events, options, load);
}
