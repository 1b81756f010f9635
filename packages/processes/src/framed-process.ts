/**
 * A child process that runs one of Heddle's entries, and exchanges frames with this process over pipes of its own: see channel-protocol.ts.
 * The process may use `process.send` and the like as it likes.
 */
import type { ChildProcess } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { explainDenied, internalFrames, isShortage, type WorkerExit } from '@heddle/engine';
import { SerializationError, isHeddleError } from '@heddle/futures';
import { FrameReader, frameVersion } from '@heddle/serialization/frames';
import { FrameWatch } from './frame-watch.js';
import { guard, killTree, signalGroup, unguard } from './live-processes.js';
import { checkNetPermission } from './net-permission.js';
import { forwardLines } from './output-lines.js';
import { fateOf, type Fate } from './process-fate.js';
import { readNow } from './read-now.js';
import { spawn } from './spawn.js';
import { workerEnvironment } from './worker-mark.js';

/** Options of the start of a process. */
export interface SpawnOptions {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly cwd: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly prefixOutput: boolean;
}

/** Callbacks for messages from a process and for its end. */
export interface FramedProcessEvents {
  /** Called before a message is handed on, to refuse a malformed one. @throws SerializationError: the process is then ended */
  check(message: unknown): void;
  /** @throws SerializationError as `check` */
  message(message: unknown): void;
  /** Called once, after the last message. */
  exit(exit: WorkerExit): void;
}

/** How many characters of stderr are kept, to report what ended a process. */
const keptStderr = 4096;
/** How long after the end of a process its last messages may take to be read. */
const drainMs = 2000;
/** How long after the end of its channel the end of the process itself may take. */
const lostMs = 250;
/** The buffer for reads without the event loop. */
const piece = Buffer.allocUnsafeSlow(65_536);
/** How many pieces of output are passed on at a time. */
const mostPieces = 8;
/** Node's exit code for an unknown option. */
const invalidArgument = 9;

internalFrames.add(import.meta.url, 'processes/dist/bundle/');

/** @returns a number that a process can't guess; never 0, with which frames could begin by chance */
function randomNonce(): number {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return number || 1;
}

export class FramedProcess {
  /** The number that begins each frame. */
  readonly nonce: number = randomNonce();
  /** Frames from the process; `undefined` when it was not started. */
  readonly inbound: Readable | undefined;
  /** Frames to the process; `undefined` when it was not started. */
  readonly outbound: Writable | undefined;
  readonly #child: ChildProcess;
  readonly #events: FramedProcessEvents;
  readonly #reader: FrameReader;
  readonly #watch = new FrameWatch(
    () => this.#child.pid,
    (error) => {
      this.#fail(error);
    },
  );
  readonly #options: SpawnOptions;
  /** Messages that were read and not handed on yet. */
  readonly #inbox: unknown[] = [];
  #arrived = 0;
  /** The time (performance.now()) of the first read without the event loop that found the channel at its end, or the process dead. */
  #goneSince: number | undefined;
  #stderr = '';
  #error: unknown;
  #isOver = false;
  #exit: Fate | undefined;
  #lostTimer: ReturnType<typeof setTimeout> | undefined;
  #drainTimer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param entry - path of the file that it runs, as `node ENTRY NAME VERSION`
   * @param more - descriptors that it gets besides those of channel-protocol.ts, from 5 on
   * @throws the errors of `spawn`; errors that it reports later go to `exit`
   */
  constructor(entry: string, name: string, events: FramedProcessEvents, options: SpawnOptions, more: readonly number[] = []) {
    this.#events = events;
    this.#options = options;
    this.#reader = new FrameReader(this.nonce, (message) => {
      events.check(message);
      this.#arrived += 1;
      this.#inbox.push(message);
    });
    this.#child = this.#spawn(entry, name, more);
    const { pid, stdio } = this.#child;
    this.#child.on('error', (error) => {
      this.#notStarted(error);
    });
    if (pid === undefined) return; // The `error` event will tell why.
    guard(pid);
    this.#child.on('exit', (code, signal) => {
      this.#exited(code, signal);
    });
    this.outbound = stdio[3] as Writable;
    this.inbound = stdio[4] as Readable;
    this.outbound.on('error', (error) => {
      this.#lost(`its channel was closed: ${error.message}`);
    });
    (this.outbound as unknown as Readable)
      .on('end', () => {
        this.#lost('it closed its channel');
      })
      .resume();
    this.inbound.on('data', (chunk: Buffer) => {
      this.#read(chunk);
    });
    this.inbound.on('error', (error) => {
      this.#fail(error);
    });
    this.inbound.on('end', () => {
      this.#ended();
    });
    this.#forward(name);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** True once `exit` was called. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** How many messages have come from the process, in all that was read. */
  get arrived(): number {
    return this.#arrived;
  }

  /** Hands on the messages that were read. A handler that blocks calls it too, to wait for messages behind its own. */
  deliver(): void {
    while (this.#inbox.length > 0) {
      try {
        this.#events.message(this.#inbox.shift());
      } catch (error) {
        if (!isHeddleError(error, 'HEDDLE_SERIALIZATION')) throw error;
        this.#inbox.length = 0;
        this.#fail(error);
      }
    }
  }

  /** Reads the bytes that have come, without the event loop. @returns how many; 0 at the end; `undefined` when there are none */
  receive(): number | undefined {
    if (this.#isOver) return undefined;
    const count = readNow(this.inbound, piece);
    if (count === 0) this.#goneSince ??= performance.now();
    else if (count !== undefined) this.#read(piece.subarray(0, count));
    return count;
  }

  /**
   * Passes on the output of the process and checks whether it has ended. For a caller that blocks and so has no event loop.
   *
   * @param announced - the exit code that the process has announced, if any
   * @returns true when the caller has to ask again soon
   */
  probe(announced: number | undefined): boolean {
    const { pid, stdout, stderr } = this.#child;
    if (this.#isOver) return false;
    if (pid === undefined) {
      const { cwd, execPath } = this.#options;
      const isThere = (cwd === undefined || isFolder(cwd)) && (!isAbsolute(execPath) || existsSync(execPath));
      this.#notStarted(Object.assign(new Error('the system did not start it'), { code: isThere ? 'EAGAIN' : 'ENOENT' }));
      return false;
    }
    const fate = fateOf(pid); // Asked first, since everything that it sent has arrived by then.
    const hasPrinted = [stdout, stderr].map(drain).includes(true);
    while ((this.receive() ?? 0) > 0);
    this.#watch.check();
    if (readNow(this.outbound as unknown as Readable, piece) === 0) this.#goneSince ??= performance.now();
    if (fate !== undefined) this.#endsNow(fate);
    else if (this.#goneSince === undefined) return hasPrinted;
    else if (announced !== undefined) this.#endsNow({ code: announced, signal: null });
    else this.#lostNow(performance.now() - this.#goneSince);
    return true;
  }

  /** Called while the channel is at its end and the process is not known to be dead. */
  #lostNow(forMs: number): void {
    if (forMs > lostMs) this.#fail(new Error('it closed its channel'));
    if (forMs > 2 * lostMs) this.#endsNow({ code: null, signal: null }); // Nothing here tells how it ended.
  }

  #endsNow(fate: Fate): void {
    this.#checkWhole();
    this.#exit ??= fate;
    this.#over();
  }

  #read(chunk: Buffer): void {
    if (this.#error !== undefined && this.#error instanceof SerializationError) return;
    let problem: { readonly error: unknown } | undefined;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      problem = { error };
    }
    this.#watch.heard(this.#reader.isBetweenFrames);
    this.deliver();
    if (problem !== undefined) this.#fail(problem.error);
  }

  ref(): void {
    this.#child.ref();
    for (const stream of [this.inbound, this.outbound]) (stream as unknown as { ref?(): void } | undefined)?.ref?.();
  }

  unref(): void {
    this.#child.unref();
    for (const stream of [this.inbound, this.outbound]) (stream as unknown as { unref?(): void } | undefined)?.unref?.();
  }

  /** Ends the process and its group, at once when no signal is given. SIGKILL ends all processes that it has started too. */
  terminate(signal?: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#exit !== undefined) return;
    if (signal === 'SIGKILL') killTree(pid);
    else signalGroup(pid, signal ?? 'SIGKILL');
  }

  #spawn(entry: string, name: string, more: readonly number[]): ChildProcess {
    const { execPath, execArgv, cwd, env } = this.#options;
    checkNetPermission(execArgv);
    try {
      return spawn(execPath, [...execArgv, entry, name, String(frameVersion)], {
        stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', ...more],
        detached: process.platform !== 'win32', // A group of its own, so that all processes which it starts end with it.
        windowsHide: true,
        env: workerEnvironment(env),
        ...(cwd === undefined ? {} : { cwd }),
      });
    } catch (error) {
      throw explainDenied(error);
    }
  }

  #forward(name: string): void {
    const prefix = this.#options.prefixOutput ? `[${name}] ` : '';
    const { stdout, stderr } = this.#child;
    if (stdout !== null)
      forwardLines(stdout, (line) => {
        process.stdout.write(prefix + line);
      });
    if (stderr === null) return;
    stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('latin1')).slice(-keptStderr);
    });
    forwardLines(stderr, (line) => {
      process.stderr.write(prefix + line);
    });
    for (const stream of [stdout, stderr]) (stream as unknown as { unref?(): void } | null)?.unref?.();
  }

  /** A process that ends closes its pipes a moment before Node reports its end. If no end follows, it has closed them itself. */
  #lost(what: string): void {
    if (this.#exit !== undefined || this.#isOver) return;
    this.#lostTimer ??= setTimeout(() => {
      this.#fail(new Error(what));
    }, lostMs);
  }

  /** Ends the process, since its channel can't be used any more. */
  #fail(error: unknown): void {
    if (this.#exit !== undefined || this.#isOver) return;
    this.#error ??= error;
    this.terminate();
  }

  #ended(): void {
    this.#checkWhole();
    if (this.#exit === undefined) this.#lost('it closed its channel');
    else this.#over();
  }

  #checkWhole(): void {
    if (!this.#reader.isBetweenFrames)
      this.#error ??= new SerializationError('the bytes that arrived are garbled: the last frame is not whole');
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    this.#exit ??= { code, signal };
    clearTimeout(this.#lostTimer);
    const { pid } = this.#child;
    if (pid !== undefined) unguard(pid);
    if (this.#isOver) return;
    if (this.inbound?.readableEnded !== false) this.#over();
    // Processes that it has started may still have the pipe open.
    else
      this.#drainTimer = setTimeout(() => {
        this.#over();
      }, drainMs);
  }

  #over(): void {
    if (this.#isOver || this.#exit === undefined) return;
    this.#isOver = true;
    this.#watch.stop();
    clearTimeout(this.#drainTimer);
    const { code, signal } = this.#exit;
    this.inbound?.destroy();
    this.outbound?.destroy();
    const isRejected = this.#arrived === 0 && code === invalidArgument;
    this.#events.exit({
      exitCode: code ?? undefined,
      signal: signal ?? undefined,
      pid: this.#child.pid,
      error: this.#error ?? (code === 0 ? undefined : this.#lastLine()),
      ...(isRejected ? { refused: 'never' as const } : {}),
    });
  }

  /**
   * Finds the reason of the end on stderr. V8 writes there that it ran out of memory, and Node which options it doesn't know. A process
   * writes that it lost its channel, or may start no workers.
   */
  #lastLine(): Error | undefined {
    const line = /^.*(?:FATAL ERROR|bad option|not allowed|^heddle: |was started as a worker by process).*$/m.exec(this.#stderr)?.[0];
    return line === undefined ? undefined : new Error(line.trim());
  }

  #notStarted(error: NodeJS.ErrnoException): void {
    if (this.#isOver || this.#exit !== undefined || this.#child.pid !== undefined) return;
    this.#isOver = true;
    this.#events.exit({ error: explain(error, this.#options), refused: isShortage(error) ? 'short' : 'never' });
  }
}

/** Passes on what a process has printed. @returns true when there may be more */
function drain(stream: Readable | null): boolean {
  if (stream === null) return false;
  for (let i = 0; i < mostPieces; i++) {
    const count = readNow(stream, piece) ?? 0;
    if (count === 0) return false;
    stream.emit('data', Buffer.from(piece.subarray(0, count)));
  }
  return true;
}

/** Node reports ENOENT both for a missing folder and for a missing program. */
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
