import { constants } from 'node:os';
import { types } from 'node:util';
import { encodeBoundFunction, hasCaptures, internalFrames, showUserLines, type WorkerExit } from '@heddle/engine';
import { InvalidStateError, TimeoutError, WorkerDiedError } from '@heddle/futures';
import { arrayValue, checkOptions, durationMs, ofType, reportError, rewriteStacks, startTimer } from '@heddle/futures/authors';
import { describeFunction, type FunctionDescriptor } from '@heddle/serialization';
import { writeFrame } from '@heddle/serialization/frames';
import { ownFile, shared } from '@heddle/serialization/worker';
import { FramedProcess } from './framed-process.js';
import { takePorts } from './given-ports.js';
import { inheritedArgv } from './inherited-argv.js';
import { beginWait, forget, keepWhileWaiting } from './kept-alive.js';
import { pack, unpack, type Packet } from './packet.js';
import { pathOf } from './path-of.js';
import { PortServer } from './port-server.js';
import { processContext } from './process-context.js';
import { checkToParent } from './process-protocol.js';
import type { ToParent, ToProcess } from './process-protocol.js';
import { checkProgram } from './program-loop.js';

/** Options of {@link Process}. */
export interface ProcessOptions<A extends unknown[], R> {
  /** The function that the process runs: any function that could be submitted to an executor. */
  target: (...args: A) => R;
  /** The arguments of the target: anything that a task's argument may be, and connections and queues. @defaultValue none */
  args?: A;
  /** @defaultValue `Process-N`; in a child process `Process-N:M`, after its own number */
  name?: string;
  /**
   * True for a process that ends with this one and does not keep it alive. @defaultValue that of this process: false in the main program
   */
  daemon?: boolean;
  /** The path of the Node program, as of a ProcessPoolExecutor. @defaultValue that of this process */
  execPath?: string;
}

const checks = {
  target: ofType('function'),
  args: arrayValue,
  name: ofType('string'),
  daemon: ofType('boolean'),
  execPath: ofType('string'),
};

/** Returns the file with process-entry.ts and all that it imports, made by the build: see tools/bundle.mjs. */
const entry = (): string =>
  pathOf(ownFile('heddle-processes-process.cjs', () => new URL('./heddle-processes-process.cjs', import.meta.url)));

/** The module that puts connections and queues into the arguments again. */
const portsModule = (): string => new URL('./given-ports.js', import.meta.url).href;

internalFrames.add(import.meta.url, 'processes/dist/bundle/');

const active = shared('activeProcesses', () => new Set<Process<never>>());

/** The outcome of the target. It is boxed, since any value can be thrown. */
type Outcome = { readonly value: unknown } | { readonly error: unknown };

/**
 * A child process that runs one function, as `multiprocessing.Process` with its `spawn` method. It ends when the function has returned and
 * nothing else keeps it alive, such as a timer, a server or a process of its own.
 *
 * A process that is no daemon keeps this program alive until it ends. No process outlives this program: `process.exit()` and signals end
 * them all.
 *
 * @typeParam A - the target's arguments
 * @typeParam R - the target's result
 * @throws TypeError for a missing target or a bad option
 * @example
 * ```ts
 * import { Process } from '@heddle/processes';
 *
 * const child = new Process({ target: (n: number) => n ** 2, args: [12], name: 'squares' });
 * child.start();
 * console.log(await child.result()); // 144
 * await child.join();
 * console.log(child.exitCode); // 0
 * ```
 */
export class Process<A extends unknown[] = unknown[], R = unknown> {
  readonly name: string;
  readonly daemon: boolean;
  readonly #target: (...args: A) => R;
  readonly #args: A;
  readonly #execPath: string | undefined;
  readonly #numbers: readonly number[];
  readonly #ended = new Deferred<true>();
  readonly #outcome = new Deferred<Outcome>();
  #state: 'initial' | 'started' | 'ended' | 'closed' = 'initial';
  #child: FramedProcess | undefined;
  #ports: PortServer | undefined;
  #exitCode: number | undefined;
  /** Set from the moment that the target's outcome arrives: the promise of its decoding. */
  #reading: Promise<void> | undefined;
  /** An error of the target that no caller has received. */
  #untold: { readonly error: unknown } | undefined;

  constructor(options: ProcessOptions<A, R>) {
    checkOptions('Process', options, checks);
    checks.target((options as Partial<ProcessOptions<A, R>> | undefined)?.target, 'Process: target');
    const { identity } = processContext;
    this.#numbers = [...(identity?.numbers ?? []), ++processContext.created];
    this.#target = options.target;
    this.#args = options.args ?? ([] as unknown[] as A);
    this.#execPath = options.execPath;
    this.name = options.name ?? `Process-${this.#numbers.join(':')}`;
    this.daemon = options.daemon ?? identity?.daemon ?? false;
  }

  /** The process id; `undefined` before the start. @throws InvalidStateError after `close()` */
  get pid(): number | undefined {
    this.#checkOpen();
    return this.#child?.pid;
  }

  /**
   * 0 when the target returned, 1 when it threw, N after `process.exit(N)`, -N when signal N ended the process; `undefined` before its end.
   *
   * @throws InvalidStateError after `close()`
   */
  get exitCode(): number | undefined {
    this.#checkOpen();
    return this.#exitCode;
  }

  /**
   * Tells whether the process was started and has not ended.
   *
   * @throws InvalidStateError after `close()`
   * @example
   * ```ts
   * import { Process } from '@heddle/processes';
   *
   * const child = new Process({ target: (n: number) => n * 2, args: [21] });
   * child.start();
   * console.log(child.isAlive()); // true
   * await child.join();
   * console.log(child.isAlive()); // false
   * ```
   */
  isAlive(): boolean {
    this.#checkOpen();
    return this.#state === 'started';
  }

  /**
   * Starts the process. Connections among its arguments belong to it from then on.
   *
   * @throws InvalidStateError when the process was started before or closed; when a connection or queue among the arguments was closed or
   *   passed on; in a daemon process, which may have no children, since they would be orphans at its end; when the process would run this
   *   program again (see ProcessPoolExecutor)
   * @throws SerializationError when the target or an argument can't travel; you can still start the process later
   * @example
   * ```ts
   * import { Process } from '@heddle/processes';
   *
   * const child = new Process({ target: (n: number) => n * 2, args: [21] });
   * child.start();
   * await child.join();
   * ```
   */
  start(): void {
    this.#checkOpen();
    if (this.#state !== 'initial')
      throw new InvalidStateError(`cannot start a process twice: ${this.name} was started already; make a new one`);
    const { identity } = processContext;
    if (identity?.daemon === true)
      throw new InvalidStateError(`daemonic processes are not allowed to have children: ${identity.name} can't start ${this.name}`);
    const env = { ...process.env };
    checkProgram(`Process ${this.name}`, this.#execPath, env);
    const target = describeFunction(this.#target);
    const boundFunction = hasCaptures(target) ? encodeBoundFunction(this.#target, target, 'process') : undefined;
    const { args, found } = takePorts(this.#args);
    for (const { handle } of found) handle.check(`start ${this.name}`);
    const packet = pack(args, 'args');
    const child = new FramedProcess(
      entry(),
      this.name,
      {
        check: checkToParent,
        message: (message) => {
          this.#told(message as ToParent);
        },
        exit: (exit) => {
          this.#exited(child, exit);
        },
      },
      { execPath: this.#execPath ?? process.execPath, execArgv: inheritedArgv(), cwd: undefined, env, prefixOutput: false },
    );
    this.#child = child;
    this.#state = 'started';
    active.add(this as unknown as Process<never>);
    if (this.daemon) keepWhileWaiting(child);
    const server = new PortServer((message) => {
      post(child, message);
    });
    this.#ports = server;
    const ports = found.map(({ handle, paths }) => {
      handle.passedTo(this.name);
      return { number: server.add(handle.port), kind: handle.kind, maxSize: handle.maxSize, paths };
    });
    const itself = { name: this.name, numbers: this.#numbers, daemon: this.daemon, parentPid: process.pid };
    post(child, {
      kind: 'begin',
      identity: itself,
      target,
      boundFunction,
      args: packet,
      ports,
      portsModule: ports.length > 0 ? portsModule() : '',
    });
  }

  /**
   * Waits for the process to end, and keeps the program alive meanwhile. It does not tell how the process ended: see
   * {@link Process.exitCode} and {@link Process.result}.
   *
   * @param timeoutMs - milliseconds to wait at most. @defaultValue no limit
   * @returns true when the process has ended; false when `timeoutMs` was over first
   * @throws (as a rejection) InvalidStateError before the start and after `close()`; TypeError, RangeError for a bad timeout
   * @example
   * ```ts
   * import { Process } from '@heddle/processes';
   *
   * const child = new Process({ target: (n: number) => n * 2, args: [21] });
   * child.start();
   * console.log(await child.join(10_000)); // true: it has ended within 10 s
   * ```
   */
  async join(timeoutMs?: number): Promise<boolean> {
    if (timeoutMs !== undefined) durationMs(timeoutMs, 'Process.join: timeoutMs');
    this.#checkStarted('join');
    return within<boolean>(this.#ended.promise, timeoutMs, (resolve) => {
      resolve(false);
    });
  }

  /**
   * Waits for the target's result. The caller gets the target's error, too. If no caller has asked for the error by the end of the process,
   * a warning on stderr reports it, with the process's name.
   *
   * @param timeoutMs - milliseconds to wait at most. @defaultValue no limit
   * @throws (as a rejection) the target's own error; WorkerDiedError when the process ended before the target did; SerializationError when
   *   the result can't travel; TimeoutError; InvalidStateError before the start and after `close()`; TypeError, RangeError for a bad
   *   timeout
   * @example
   * ```ts
   * import { Process } from '@heddle/processes';
   *
   * const child = new Process({ target: (n: number) => n * 2, args: [21] });
   * child.start();
   * console.log(await child.result()); // 42
   * ```
   */
  async result(timeoutMs?: number): Promise<Awaited<R>> {
    if (timeoutMs !== undefined) durationMs(timeoutMs, 'Process.result: timeoutMs');
    this.#checkStarted('result');
    const outcome = await within(this.#outcome.promise, timeoutMs, (_, reject) => {
      reject(new TimeoutError(`process ${this.name} has not returned within ${String(timeoutMs)} ms; it runs on`));
    });
    this.#untold = undefined;
    if ('error' in outcome) throw outcome.error;
    return outcome.value as Awaited<R>;
  }

  /**
   * Ends the process by SIGTERM, and with it the processes that it has started and that are still in its process group. Does nothing when
   * it has ended.
   *
   * @throws InvalidStateError before the start and after `close()`
   * @example
   * ```ts
   * import { Process } from '@heddle/processes';
   *
   * const child = new Process({ target: () => { for (;;); } });
   * child.start();
   * child.terminate();
   * await child.join();
   * console.log(child.exitCode); // -15
   * ```
   */
  terminate(): void {
    this.#checkStarted('terminate');
    this.#child?.terminate('SIGTERM');
  }

  /**
   * Ends the process by SIGKILL, with all processes that it has started. Does nothing when it has ended.
   *
   * @throws InvalidStateError before the start and after `close()`
   * @example
   * ```ts
   * import { Process } from '@heddle/processes';
   *
   * const child = new Process({ target: () => { for (;;); } });
   * child.start();
   * child.kill();
   * await child.join();
   * console.log(child.exitCode); // -9
   * ```
   */
  kill(): void {
    this.#checkStarted('kill');
    this.#child?.terminate('SIGKILL');
  }

  /**
   * Releases what this object holds. Afterwards only `name` and `daemon` can be read.
   *
   * @throws InvalidStateError while the process runs
   * @example
   * ```ts
   * import { Process } from '@heddle/processes';
   *
   * const child = new Process({ target: (n: number) => n * 2, args: [21] });
   * child.start();
   * await child.join();
   * child.close(); // it can't be used any more
   * ```
   */
  close(): void {
    if (this.#state === 'started')
      throw new InvalidStateError(`cannot close process ${this.name} while it is still running: first join() or terminate() it`);
    this.#state = 'closed';
    this.#child = undefined;
    this.#ports = undefined;
  }

  #checkOpen(): void {
    if (this.#state === 'closed') throw new InvalidStateError(`process ${this.name} is closed`);
  }

  #checkStarted(what: string): void {
    this.#checkOpen();
    if (this.#state === 'initial') throw new InvalidStateError(`${what}: process ${this.name} was not started; call start() first`);
  }

  #told(message: ToParent): void {
    if (this.#ports?.took(message) === true) return;
    if (message.kind === 'returned') this.#reading = this.#returned(message.value);
    if (message.kind === 'threw') this.#reading = this.#threw(message.error, message.isTold);
  }

  async #returned(packet: Packet): Promise<void> {
    try {
      this.#outcome.resolve({ value: await unpack(packet, 'known code') });
    } catch (error) {
      this.#outcome.resolve({ error });
    }
  }

  async #threw(packet: Packet, isTold: boolean): Promise<void> {
    const error = await unpack(packet, 'known code').catch((problem: unknown) => problem);
    this.#failed(withoutOurs(error, describeFunction(this.#target)), isTold);
  }

  #failed(error: unknown, isTold: boolean): void {
    if (!isTold) this.#untold = { error };
    this.#outcome.resolve({ error });
  }

  #exited(child: FramedProcess, exit: WorkerExit): void {
    this.#state = 'ended';
    active.delete(this as unknown as Process<never>);
    forget(child);
    this.#ports?.end();
    this.#exitCode = exit.signal === undefined ? (exit.exitCode ?? 1) : -constants.signals[exit.signal as NodeJS.Signals];
    if (exit.pid === undefined) this.#failed(exit.error, false);
    this.#ended.resolve(true);
    void (this.#reading ?? Promise.resolve()).then(() => {
      this.#outcome.resolve({ error: this.#died(exit) }); // Has an effect only if the process has sent no outcome.
      setImmediate(() => {
        if (this.#untold !== undefined)
          reportError(`process ${this.name} failed, and nobody asked for its result`, 'HEDDLE_PROCESS_FAILED', this.#untold.error);
      });
    });
  }

  #died({ exitCode, signal, pid, error }: WorkerExit): WorkerDiedError {
    const how = signal === undefined ? `ended with exit code ${String(exitCode)}` : `was ended by ${signal}`;
    const why = error instanceof Error ? `: ${error.message}` : '';
    const cause = error === undefined ? {} : { cause: error };
    const message = `process ${this.name} (pid ${String(pid)}) ${how} before its target returned${why}`;
    return new WorkerDiedError(message, { workerName: this.name, exitCode, signal, pid, ...cause });
  }
}

/** Reduces the stack of an error to the user's code. */
function withoutOurs(thrown: unknown, descriptor: FunctionDescriptor): unknown {
  if (!types.isNativeError(thrown)) return thrown;
  showUserLines(thrown, descriptor);
  rewriteStacks(thrown, (stack) => internalFrames.without(stack));
  return thrown;
}

/** A promise that is resolved from outside; only the first time counts. */
class Deferred<T> {
  readonly promise: Promise<T>;
  resolve!: (value: T) => void;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }
}

function post(child: FramedProcess, message: ToProcess): void {
  const { outbound } = child;
  if (outbound === undefined || child.isOver) return;
  for (const part of writeFrame(child.nonce, message)) outbound.write(part);
}

/** Waits for a promise that never rejects, and keeps the program alive meanwhile. */
async function within<T>(
  promise: Promise<T>,
  timeoutMs: number | undefined,
  late: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  const endWait = beginWait();
  let stopTimer: (() => void) | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      void promise.then(resolve);
      stopTimer = startTimer(timeoutMs ?? Infinity, () => {
        late(resolve, reject);
      });
    });
  } finally {
    endWait();
    stopTimer?.();
  }
}

/**
 * Returns the processes that this process has started and that have not ended, as `multiprocessing.active_children()`.
 *
 * @example
 * ```ts
 * import { activeChildren } from '@heddle/processes';
 *
 * await Promise.all(activeChildren().map(async (child) => child.join()));
 * ```
 */
export function activeChildren(): Process[] {
  return [...active] as unknown as Process[];
}
