/**
 * What is behind a Connection or a ProcessQueue. Ports stand where the pipe or the queue was made, and a port elsewhere passes on
 * every call, over the channel between a process and its parent:
 *
 *   parent                                             child
 *   Mailbox ◀── port ◀── PortServer ◀──(request)── PortClient ◀── port ◀── Connection, ProcessQueue
 *                                   ──(answer)───▶
 *
 * A call that waits (a `send` into what is full, a `recv` from what is empty) is answered when it has its outcome: a
 * process has as many values under way as calls, and one that is far ahead of its reader waits.
 */
import { Mailbox } from './mailbox.js';
import { packetBytes, type Packet } from './packet.js';

/** `put` and `take` wait, `tryPut` and `tryTake` don't; `watch` waits until `take` would not. */
export type PortCall = 'put' | 'tryPut' | 'take' | 'tryTake' | 'watch' | 'isReadable' | 'size';

/** What a call comes to: `put` and `watch` nothing, `size` a number, `isReadable` and `tryPut` a boolean, the others a packet. */
export type PortValue = Packet | boolean | number | undefined;

export interface Port {
  /** @param signal - aborted, the call rejects with its reason and has had no effect, or has its outcome all the same */
  call(what: PortCall, packet?: Packet, signal?: AbortSignal): Promise<PortValue>;
  /** It is not used here any more. */
  close(): void;
}

/** Bytes that are under way in one direction of a pipe, before a sender waits; as in a pipe of the system. */
const pipeBytes = 65_536;

/** A port on what is written into and what is read from: for the ends of a pipe two, for a queue one. */
class MailboxPort implements Port {
  readonly #inbox: Mailbox;
  readonly #outbox: Mailbox;

  constructor(inbox: Mailbox, outbox: Mailbox) {
    this.#inbox = inbox;
    this.#outbox = outbox;
  }

  async call(what: PortCall, packet: Packet = [], signal?: AbortSignal): Promise<PortValue> {
    switch (what) {
      case 'put':
        await this.#outbox.put(packet, signal);
        return undefined;
      case 'tryPut':
        return this.#outbox.tryPut(packet);
      case 'take':
        return this.#inbox.take(signal);
      case 'tryTake':
        return this.#inbox.tryTake();
      case 'watch':
        await this.#inbox.whenReadable(signal);
        return undefined;
      case 'isReadable':
        return this.#inbox.isReadable;
      case 'size':
        return this.#inbox.size;
    }
  }

  close(): void {
    if (this.#inbox === this.#outbox) return; // a queue is others' too
    this.#inbox.abandon();
    this.#outbox.end();
  }
}

/** The two ends of a new pipe. */
export function createPipePorts(): [Port, Port] {
  const [there, back] = [new Mailbox(pipeBytes, packetBytes), new Mailbox(pipeBytes, packetBytes)];
  return [new MailboxPort(back, there), new MailboxPort(there, back)];
}

/** A new queue of at most so many items. */
export function createQueuePort(maxSize: number): Port {
  const items = new Mailbox(maxSize, () => 1);
  return new MailboxPort(items, items);
}
