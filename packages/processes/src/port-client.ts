import { unpack, type Packet } from './packet.js';
import type { Port, PortCall, PortValue } from './port.js';
import type { AnswerMessage, ToParent } from './process-protocol.js';

interface Waiting {
  readonly resolve: (value: PortValue) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

/** The child's side of the ports that its parent gave it. */
export class PortClient {
  readonly #post: (message: ToParent) => void;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;

  constructor(post: (message: ToParent) => void) {
    this.#post = post;
  }

  port(number: number): Port {
    return new RemotePort(
      (what, packet, signal) => this.#call(number, what, packet, signal),
      () => {
        this.#post({ kind: 'close', port: number });
      },
    );
  }

  answered({ call, value, error, isCancelled }: AnswerMessage): void {
    const waiting = this.#waiting.get(call);
    if (waiting === undefined) return;
    this.#waiting.delete(call);
    waiting.signal?.removeEventListener('abort', waiting.onAbort);
    if (isCancelled === true) waiting.reject(waiting.signal?.reason);
    else if (error === undefined) waiting.resolve(value);
    else void unpack(error, 'code').then(waiting.reject, waiting.reject);
  }

  /** An aborted call ends with the parent's answer. Until then the call may have had its outcome, which must not be lost. */
  async #call(port: number, what: PortCall, packet: Packet | undefined, signal: AbortSignal | undefined): Promise<PortValue> {
    signal?.throwIfAborted();
    const call = this.#count++;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#post({ kind: 'cancel', call });
      };
      this.#waiting.set(call, { resolve, reject, signal, onAbort });
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#post({ kind: 'call', call, port, what, packet });
    });
  }
}

type RemoteCall = (what: PortCall, packet: Packet | undefined, signal: AbortSignal | undefined) => Promise<PortValue>;

/** A port of the parent. A put waits here until the earlier puts have been taken in, so the parent holds at most one packet too many. */
class RemotePort implements Port {
  readonly #call: RemoteCall;
  readonly close: () => void;
  /** The last put in line, while there is a line. */
  #lastPut: Promise<unknown> | undefined;

  constructor(call: RemoteCall, close: () => void) {
    this.#call = call;
    this.close = close;
  }

  async call(what: PortCall, packet?: Packet, signal?: AbortSignal): Promise<PortValue> {
    if (what !== 'put') return this.#call(what, packet, signal);
    const before = this.#lastPut;
    let isUnderWay = before === undefined;
    const put =
      before === undefined
        ? this.#call(what, packet, signal)
        : before.then(async () => {
            isUnderWay = true;
            return this.#call(what, packet, signal);
          });
    const last = put
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        if (this.#lastPut === last) this.#lastPut = undefined;
      });
    this.#lastPut = last;
    return new Promise((resolve, reject) => {
      signal?.addEventListener(
        'abort',
        () => {
          if (!isUnderWay) reject(signal.reason as Error);
        },
        { once: true },
      );
      put.then(resolve, reject);
    });
  }
}
