/**
 * The inside of a Connection or a ProcessQueue. The ports of a pipe or queue are in the process that made it. A port elsewhere passes every
 * call on, over the channel between a process and its parent:
 *
 *   parent                                             child
 *   Mailbox ◀── port ◀── PortServer ◀──(request)── PortClient ◀── port ◀── Connection, ProcessQueue
 *                                   ──(answer)───▶
 *
 * A call that waits (a `send` while it is full, a `recv` while it is empty) is answered when it has its outcome. So a process has at most
 * as many values under way as calls, and a process that is far ahead of its reader waits.
 */
import { Mailbox } from './mailbox.js';
import { packetBytes, type Packet } from './packet.js';

/** `put` and `take` wait, `tryPut` and `tryTake` don't. `watch` waits until `take` would not wait. */
export type PortCall = 'put' | 'tryPut' | 'take' | 'tryTake' | 'watch' | 'isReadable' | 'size';

/** The outcome of a call: nothing for `put` and `watch`, a number for `size`, a boolean for `isReadable` and `tryPut`, else a packet. */
export type PortValue = Packet | boolean | number | undefined;

export interface Port {
  /** @param signal - when it aborts, the call either rejects with its reason and has had no effect, or has its outcome all the same */
  call(what: PortCall, packet?: Packet, signal?: AbortSignal): Promise<PortValue>;
  /** Called when this process does not use the port any more. */
  close(): void;
}

/** How many bytes may be under way in one direction of a pipe before a sender waits; as in a pipe of the system. */
const pipeBytes = 65_536;

/** A port with a mailbox to read from and one to write into: two mailboxes for the ends of a pipe, the same one for a queue. */
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
    if (this.#inbox === this.#outbox) return; // Other processes use the queue too.
    this.#inbox.abandon();
    this.#outbox.end();
  }
}

/** @returns the two ends of a new pipe */
export function createPipePorts(): [Port, Port] {
  const [there, back] = [new Mailbox(pipeBytes, packetBytes), new Mailbox(pipeBytes, packetBytes)];
  return [new MailboxPort(back, there), new MailboxPort(there, back)];
}

/** @returns the port of a new queue of at most `maxSize` items */
export function createQueuePort(maxSize: number): Port {
  const items = new Mailbox(maxSize, () => 1);
  return new MailboxPort(items, items);
}
