import { isHeddleError, TimeoutError } from '@heddle/futures';
import { durationMs } from '@heddle/futures/authors';
import { PortHandle, type WaitLimits } from './port-handle.js';
import { createPipePorts, type Port } from './port.js';

/** Makes a connection on a port. */
export let openConnection: (port: Port) => Connection;

/** A connection that nobody holds any more is closed, as in CPython. */
const dropped = new FinalizationRegistry<PortHandle>((handle) => {
  handle.close();
});

/**
 * One end of a {@link Pipe}, as `multiprocessing.connection.Connection`. What is sent into one end is received from the
 * other, in order, each value whole, as tasks' arguments are: as a copy.
 *
 * Passed to a Process as an argument it belongs to that process alone, unlike CPython's, which both then hold: so the
 * other end sees the end of file when the process ends, and nobody has to remember to close a duplicate.
 *
 * @example
 * ```ts
 * import { Pipe, Process, type Connection } from '@heddle/processes';
 *
 * const [here, there] = Pipe();
 * const greeter = new Process({ target: async (connection: Connection) => connection.send('hello'), args: [there] });
 * greeter.start();
 * console.log(await here.recv()); // hello
 * ```
 */
export class Connection {
  readonly #handle: PortHandle;

  static {
    openConnection = (port) => new Connection(port);
  }

  private constructor(port: Port) {
    this.#handle = new PortHandle(this, 'connection', port);
    dropped.register(this, this.#handle, this);
  }

  /** Whether it can't be used here any more: it was closed, or passed to a process. */
  get closed(): boolean {
    return this.#handle.state !== 'open';
  }

  /**
   * Sends a value.
   *
   * @returns when the pipe has taken it. While 64 KiB are under way that waits: whoever awaits each `send` never gets far
   *   ahead of the receiver
   * @throws (as a rejection) SerializationError for what can't travel, ShutdownError when the other end was closed
   *   (CPython's BrokenPipeError), InvalidStateError when this one was closed or passed on
   * @example
   * ```ts
   * import { Pipe } from '@heddle/processes';
   *
   * const [here, there] = Pipe();
   * await here.send({ weft: 1 });
   * console.log(await there.recv()); // { weft: 1 }
   * ```
   */
  async send(value: unknown): Promise<void> {
    await this.#handle.put('Connection.send', value, 'put');
  }

  /**
   * Receives the next value.
   *
   * @throws (as a rejection) ShutdownError at the end of file: the other end was closed, or its process ended, and
   *   everything was received (CPython's EOFError); TimeoutError, AbortError; InvalidStateError when this end was closed or
   *   passed on. TypeError, RangeError for a bad option
   * @example
   * ```ts
   * import { Pipe } from '@heddle/processes';
   *
   * const [here, there] = Pipe();
   * await here.send('warp');
   * console.log(await there.recv({ timeoutMs: 100 })); // warp
   * ```
   */
  async recv<T = unknown>(options?: WaitLimits): Promise<T> {
    return (await this.#handle.take('Connection.recv', 'take', options))?.value as T;
  }

  /**
   * Whether `recv` would have an outcome at once: a value, or the end of file.
   *
   * @param timeoutMs - milliseconds to wait for that. @defaultValue 0
   * @throws (as a rejection) InvalidStateError when it was closed or passed on, RangeError, TypeError for a bad timeout
   * @example
   * ```ts
   * import { Pipe } from '@heddle/processes';
   *
   * const [here, there] = Pipe();
   * console.log(await there.poll(10)); // false: nothing was sent
   * ```
   */
  async poll(timeoutMs = 0): Promise<boolean> {
    durationMs(timeoutMs, 'Connection.poll: timeoutMs');
    if (timeoutMs === 0) return (await this.#handle.call('Connection.poll', 'isReadable')) as boolean;
    try {
      await this.#handle.call('Connection.poll', 'watch', { timeoutMs });
      return true;
    } catch (error) {
      if (error instanceof TimeoutError) return false;
      throw error;
    }
  }

  /**
   * Closes this end: the other one receives what was sent, then the end of file. Does nothing after it was closed or passed on.
   *
   * @example
   * ```ts
   * import { Pipe } from '@heddle/processes';
   *
   * const [here, there] = Pipe();
   * here.close();
   * for await (const value of there) console.log(value); // ends: the other end was closed
   * ```
   */
  close(): void {
    dropped.unregister(this);
    this.#handle.close();
  }

  /** All values until the end of file. Leaving the loop does not close the connection. */
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    for (;;) {
      let value: unknown;
      try {
        value = await this.recv();
      } catch (error) {
        if (isHeddleError(error, 'HEDDLE_SHUTDOWN')) return;
        throw error;
      }
      yield value;
    }
  }
}

/**
 * Makes a pipe, as `multiprocessing.Pipe`: two connections, each of which sends and receives.
 *
 * @returns the two ends; keep one, pass the other to a Process, or both to two of them
 * @example
 * ```ts
 * import { Pipe } from '@heddle/processes';
 *
 * const [left, right] = Pipe();
 * await left.send({ answer: 42 });
 * console.log(await right.recv()); // { answer: 42 }
 * ```
 */
export function Pipe(): [Connection, Connection] {
  const [left, right] = createPipePorts();
  return [openConnection(left), openConnection(right)];
}
