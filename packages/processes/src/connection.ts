import { isHeddleError, TimeoutError } from '@heddle/futures';
import { durationMs } from '@heddle/futures/authors';
import { PortHandle, type WaitLimits } from './port-handle.js';
import { createPipePorts, type Port } from './port.js';

/** Creates the connection on a port. */
export let openConnection: (port: Port) => Connection;

/** Closes a connection that nothing refers to any more, as CPython does. */
const dropped = new FinalizationRegistry<PortHandle>((handle) => {
  handle.close();
});

/**
 * One end of a {@link Pipe}, as `multiprocessing.connection.Connection`. The other end receives the values that are sent into this end, in
 * order and each as a whole. They are copied as the arguments of tasks are.
 *
 * When you pass a connection to a Process as an argument, it belongs to that process alone. In CPython both processes hold it then. So the
 * other end sees the end of file when the process ends, and you have no duplicate to close.
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

  /** True when the connection can't be used in this process any more, since it was closed or passed to a process. */
  get closed(): boolean {
    return this.#handle.state !== 'open';
  }

  /**
   * Sends a value.
   *
   * @returns resolves when the pipe has taken the value. It waits while 64 KiB are under way, so a sender that awaits each `send` never
   *   gets far ahead of the receiver
   * @throws (as a rejection) SerializationError when the value can't travel, ShutdownError when the other end was closed (CPython's
   *   BrokenPipeError), InvalidStateError when this one was closed or passed on
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
   * @throws (as a rejection) ShutdownError (CPython's EOFError) at the end of file: the other end was closed, or its process ended, and
   *   every value was received; TimeoutError, AbortError; InvalidStateError when this end was closed or passed on; TypeError, RangeError
   *   for a bad option
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
   * Tells whether `recv` would settle at once, with a value or with the end of file.
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
   * Closes this end. The other end receives the values that were sent, then the end of file. Does nothing when this end was closed or
   * passed on before.
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

  /** Yields all values until the end of file. Leaving the loop does not close the connection. */
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
 * Creates a pipe, as `multiprocessing.Pipe`: two connections, each of which sends and receives.
 *
 * @returns the two ends; keep one and pass the other to a Process, or pass each to a Process
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
