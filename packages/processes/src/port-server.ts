import { InvalidStateError } from '@heddle/futures';
import { pack } from './packet.js';
import type { Port } from './port.js';
import type { AnswerMessage, ToParent } from './process-protocol.js';

/** The parent's side of the ports of one process. It carries out the calls of the process and answers with their outcomes. */
export class PortServer {
  readonly #post: (message: AnswerMessage) => void;
  readonly #ports = new Map<number, Port>();
  readonly #running = new Map<number, AbortController>();
  #count = 0;

  constructor(post: (message: AnswerMessage) => void) {
    this.#post = post;
  }

  /** @returns the number by which the process will call the port */
  add(port: Port): number {
    this.#ports.set(this.#count, port);
    return this.#count++;
  }

  /** @returns true when the message was for ports */
  took(message: ToParent): boolean {
    switch (message.kind) {
      case 'call':
        void this.#serve(message);
        return true;
      case 'cancel':
        this.#running.get(message.call)?.abort();
        return true;
      case 'close':
        this.#ports.get(message.port)?.close();
        this.#ports.delete(message.port);
        return true;
      default:
        return false;
    }
  }

  /** Called when the process has ended: aborts its calls and closes its connections. */
  end(): void {
    for (const controller of this.#running.values()) controller.abort();
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  async #serve({ call, port: number, what, packet }: ToParent & { kind: 'call' }): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#running.set(call, controller);
    let answer: AnswerMessage;
    try {
      const port = this.#ports.get(number);
      if (port === undefined) throw new InvalidStateError('it was closed');
      answer = { kind: 'answer', call, value: await port.call(what, packet, signal) };
    } catch (error) {
      answer =
        signal.aborted && error === signal.reason
          ? { kind: 'answer', call, isCancelled: true }
          : { kind: 'answer', call, error: pack(error, 'error') };
    }
    this.#running.delete(call);
    this.#post(answer);
  }
}
