/**
 * A channel to a worker process, over pipes of its own: see channel-protocol.ts. A task may do with `process.send` and the
 * like what it wants.
 */
import { internalFrames, isShortage } from '@heddle/engine';
import type { Channel, ChannelEvents, OpenChannel, ToCaller, ToWorker, WorkerStart } from '@heddle/engine';
import { SerializationError } from '@heddle/futures';
import { FrameReader, frameVersion, writeFrame } from '@heddle/serialization/frames';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Readable, Writable } from 'node:stream';
import { FileCallerLedger, type PoolLoad } from './caller-ledger.js';
import type { ProcessStart } from './channel-protocol.js';
import { CopyPool } from './copy-pool.js';
import { createControlFile } from './control-file.js';
import { guard, killTree, signalGroup, unguard } from './live-processes.js';
import { forwardLines } from './output-lines.js';

/** How the processes of a pool are started. */
export interface SpawnOptions {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly cwd: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly maxMemory: number | undefined;
  readonly prefixOutput: boolean;
}

/** worker-entry.ts and all it imports in one file, made by the build: see tools/bundle-worker.mjs. */
const entry = fileURLToPath(new URL('./worker.mjs', import.meta.url));
/** Of stderr this much is kept, to tell what ended a worker. */
const keptStderr = 4096;
/** How long after a worker's end its last messages may take to be read. */
const drainMs = 2000;
/** How long after its channel's end a worker's own is waited for. */
const lostMs = 250;
/** Exit code of Node for options it doesn't know. */
const invalidArgument = 9;

const copyPool = new CopyPool();
/** What `receive` reads into. */
const piece = Buffer.allocUnsafeSlow(65_536);

internalFrames.add(import.meta.url);

class ProcessChannel implements Channel {
  readonly ledger: FileCallerLedger;
  readonly #child: ChildProcess;
  readonly #events: ChannelEvents;
  readonly #nonce = randomInt(1, 2 ** 32 - 1);
  readonly #reader: FrameReader;
  readonly #options: SpawnOptions;
  readonly #inbound: Readable | undefined;
  readonly #outbound: Writable | undefined;
  #stderr = '';
  #error: unknown;
  #hasSpoken = false;
  #isOver = false;
  #exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined;
  #lostTimer: ReturnType<typeof setTimeout> | undefined;
  #drainTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(start: WorkerStart, events: ChannelEvents, options: SpawnOptions, load: PoolLoad) {
    this.#events = events;
    this.#options = options;
    const fd = createControlFile();
    this.ledger = new FileCallerLedger(fd, load);
    this.#reader = new FrameReader(this.#nonce, (message) => {
      this.#hasSpoken = true;
      events.message(message as ToCaller);
    });
    try {
      this.#child = this.#spawn(start.name, fd);
    } catch (error) {
      this.ledger.close();
      throw error;
    }
    const { pid, stdio } = this.#child;
    this.#child.on('error', (error) => { this.#notStarted(error); });
    if (pid === undefined) return; // `error` will say why
    guard(pid);
    this.#child.on('exit', (code, signal) => { this.#exited(code, signal); });
    this.#outbound = stdio[3] as Writable;
    this.#inbound = stdio[4] as Readable;
    this.#outbound.on('error', (error) => { this.#lost(`its channel was closed: ${error.message}`); });
    (this.#outbound as unknown as Readable).on('end', () => { this.#lost('it closed its channel'); }).resume();
    this.#inbound.on('data', (chunk: Buffer) => { this.#read(chunk); });
    this.#inbound.on('error', (error) => { this.#fail(error); });
    this.#inbound.on('end', () => { this.#ended(); });
    this.#forward(start.name);
    for (const part of writeFrame(this.#nonce, { start, maxMemory: options.maxMemory } satisfies ProcessStart)) this.#outbound.write(part);
  }

  post(message: ToWorker, transfer?: readonly object[], isLive = false): void {
    const parts = writeFrame(this.#nonce, message);
    if (this.#isOver || this.#outbound === undefined) return;
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
    if (ready.length > 1) this.#outbound.cork();
    for (const part of ready) {
      if (copies.has(part)) this.#outbound.write(part, () => { copyPool.release(part as Uint8Array<ArrayBuffer>); });
      else this.#outbound.write(part);
    }
    if (ready.length > 1) this.#outbound.uncork();
  }

  receive(): void {
    const fd = (this.#inbound as unknown as { readonly _handle?: { readonly fd?: number } } | undefined)?._handle?.fd;
    if (fd === undefined || fd < 0 || this.#isOver) return;
    try {
      const count = readSync(fd, piece);
      if (count > 0) this.#read(piece.subarray(0, count));
    } catch {
      // nothing there yet, or the end: the event loop will tell
    }
  }

  ref(): void {
    this.#child.ref();
    for (const stream of [this.#inbound, this.#outbound]) (stream as unknown as { ref?(): void } | undefined)?.ref?.();
  }

  unref(): void {
    this.#child.unref();
    for (const stream of [this.#inbound, this.#outbound]) (stream as unknown as { unref?(): void } | undefined)?.unref?.();
  }

  /** Without a signal: the worker and its group; with SIGKILL asked for, whatever its tasks have started too. */
  terminate(signal?: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#exit !== undefined) return;
    if (signal === 'SIGKILL') killTree(pid);
    else signalGroup(pid, signal ?? 'SIGKILL');
  }

  #spawn(name: string, controlFd: number): ChildProcess {
    const { execPath, execArgv, cwd, env } = this.#options;
    return spawn(execPath, [...execArgv, entry, name, String(this.#nonce), String(frameVersion)], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', controlFd],
      detached: process.platform !== 'win32', // a group of its own: it goes with all that it starts
      windowsHide: true,
      env,
      ...(cwd === undefined ? {} : { cwd }),
    });
  }

  #forward(name: string): void {
    const prefix = this.#options.prefixOutput ? `[${name}] ` : '';
    const { stdout, stderr } = this.#child;
    if (stdout !== null) forwardLines(stdout, (line) => { process.stdout.write(prefix + line); });
    if (stderr === null) return;
    stderr.on('data', (chunk: Buffer) => { this.#stderr = (this.#stderr + chunk.toString('latin1')).slice(-keptStderr); });
    forwardLines(stderr, (line) => { process.stderr.write(prefix + line); });
    for (const stream of [stdout, stderr]) (stream as unknown as { unref?(): void } | null)?.unref?.();
  }

  #read(chunk: Buffer): void {
    if (this.#error !== undefined && this.#error instanceof SerializationError) return;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A process that ends closes its pipes a moment before its end is told; one that doesn't end then has closed them itself. */
  #lost(what: string): void {
    if (this.#exit !== undefined || this.#isOver) return;
    this.#lostTimer ??= setTimeout(() => { this.#fail(new Error(what)); }, lostMs);
  }

  /** The channel is of no use any more: neither is the worker. */
  #fail(error: unknown): void {
    if (this.#exit !== undefined || this.#isOver) return;
    this.#error ??= error;
    this.terminate();
  }

  #ended(): void {
    if (!this.#reader.isBetweenFrames) this.#error ??= new SerializationError('the bytes that arrived are garbled: the last frame is not whole');
    if (this.#exit === undefined) this.#lost('it closed its channel');
    else this.#over();
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    this.#exit = { code, signal };
    clearTimeout(this.#lostTimer);
    const { pid } = this.#child;
    if (pid !== undefined) unguard(pid);
    if (this.#inbound?.readableEnded !== false) this.#over();
    // What it started may have the pipe still open.
    else this.#drainTimer = setTimeout(() => { this.#over(); }, drainMs);
  }

  #over(): void {
    if (this.#isOver || this.#exit === undefined) return;
    this.#isOver = true;
    clearTimeout(this.#drainTimer);
    const { code, signal } = this.#exit;
    this.#inbound?.destroy();
    this.#outbound?.destroy();
    const isRejected = !this.#hasSpoken && code === invalidArgument;
    this.#events.exit({
      exitCode: code ?? undefined,
      signal: signal ?? undefined,
      pid: this.#child.pid,
      error: this.#error ?? (code === 0 ? undefined : this.#lastLine()),
      ...(isRejected ? { refused: 'never' as const } : {}),
    });
    this.ledger.close();
  }

  /** V8 says on stderr that it ran out of memory, Node what options it doesn't know, and a worker that it lost its channel. */
  #lastLine(): Error | undefined {
    const line = /^.*(?:FATAL ERROR|bad option|not allowed|^heddle: ).*$/m.exec(this.#stderr)?.[0];
    return line === undefined ? undefined : new Error(line.trim());
  }

  #notStarted(error: NodeJS.ErrnoException): void {
    if (this.#isOver || this.#exit !== undefined || this.#child.pid !== undefined) return;
    this.#isOver = true;
    this.#events.exit({ error: explain(error, this.#options), refused: isShortage(error) ? 'short' : 'never' });
    this.ledger.close();
  }
}

/** Node tells ENOENT for a folder that is gone as it does for a program that is. */
function explain(error: NodeJS.ErrnoException, { cwd, execPath }: SpawnOptions): Error {
  if (cwd !== undefined && !isFolder(cwd)) return new Error(`cwd is not a folder: ${cwd}`, { cause: error });
  return new Error(`no worker could be started with execPath ${execPath}: ${error.message}`, { cause: error });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
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
export function processChannels(options: SpawnOptions): OpenChannel {
  const load: PoolLoad = { busyWorkers: 0, cores: availableParallelism() };
  return (start, events) => new ProcessChannel(start, events, options, load);
}
