import { requireWorker, terminate, type LibraryThread, type NodeWorker, type ThreadFunction } from './library.js';

/** How a worker ended. */
export interface ThreadExit {
  readonly exitCode: number | undefined;
  /** The error that ended it, as far as Node tells. */
  readonly error: unknown;
}

/** An error that nobody caught in the worker. The library tells it a quarter of a second later, and the worker goes on. */
export interface UncaughtError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** A task on a thread. */
export interface ThreadListener {
  /** The worker has ended. */
  exited(): void;
  uncaught(error: UncaughtError): void;
}

let nextNumber = 1;

/** A spawned thread: its functions, the end of its worker, and what its runner knows. */
export class ThreadHandle {
  readonly thread: LibraryThread;
  /** Unique among the threads of this program, from 1 on. */
  readonly number: number = nextNumber++;
  /** The ids of the functions that the runner has been sent. */
  readonly known: Set<string> = new Set<string>();
  /** The tasks on the thread, as far as they are of this executor. */
  readonly tasks: Set<ThreadListener> = new Set<ThreadListener>();
  readonly #worker: NodeWorker;
  readonly #ended: (thread: ThreadHandle) => void;
  #isStopped = false;
  #error: unknown;
  #exit: ThreadExit | undefined;
  readonly #onError = (error: unknown): void => {
    this.#error = error;
  };
  readonly #onExit = (exitCode: unknown): void => {
    this.#exit = { exitCode: exitCode as number, error: this.#error };
    this.#ended(this);
    for (const task of [...this.tasks]) task.exited();
  };
  readonly #onMessage = (message: unknown): void => {
    const { type, error } = (message ?? {}) as { type?: unknown; error?: UncaughtError };
    if (type === 'uncaughtError' && error !== undefined) for (const task of [...this.tasks]) task.uncaught(error);
  };

  /**
   * @param ended - is called when the worker has ended, before the tasks on it hear of that
   * @throws TypeError when `thread` was not made by `spawn` of threads.js 1.7
   */
  constructor(thread: object, ended: (thread: ThreadHandle) => void) {
    this.#ended = ended;
    this.#worker = requireWorker(thread);
    this.thread = thread as LibraryThread;
    // Node gives a worker that has ended this number.
    if (this.#worker.threadId === -1) this.#exit = { exitCode: undefined, error: undefined };
    this.#worker.on('exit', this.#onExit);
    this.#worker.on('error', this.#onError);
    this.#worker.on('message', this.#onMessage);
  }

  get name(): string {
    return `threads.js worker ${String(this.number)}`;
  }

  /** How the worker has ended; `undefined` while it lives. */
  get exit(): ThreadExit | undefined {
    return this.#exit;
  }

  /** The names that the worker exposes as functions. */
  get names(): readonly string[] {
    return typeof this.thread === 'function' ? [] : Object.keys(this.thread);
  }

  /** @param name - '' for the function of a worker that exposes one */
  functionNamed(name: string): ThreadFunction | undefined {
    if (typeof this.thread === 'function') return name === '' ? this.thread : undefined;
    return Object.hasOwn(this.thread, name) ? this.thread[name] : undefined;
  }

  /** Whether the worker was to end. Otherwise its end is a crash. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Ends the worker, whatever it does. */
  stop(): void {
    this.#isStopped = true;
    void terminate(this.thread);
  }

  /** Takes away what was added to the worker. */
  release(): void {
    this.#worker.off('exit', this.#onExit);
    this.#worker.off('error', this.#onError);
    this.#worker.off('message', this.#onMessage);
  }
}
