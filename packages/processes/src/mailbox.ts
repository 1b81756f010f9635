/**
 * A bounded queue of packets in the order in which they came. A put waits while the mailbox is full, a take waits while it is empty, both
 * first come, first served.
 *
 *   putters ──(room)──▶ items ──▶ takers
 *
 * Invariants: putters wait only while it is full, takers and watchers only while it is empty. An aborted wait has had no effect.
 */
import { ShutdownError } from '@heddle/futures';
import type { Packet } from './packet.js';

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

interface Putter extends Waiter<undefined> {
  readonly packet: Packet;
}

export class Mailbox {
  readonly #limit: number;
  readonly #weigh: (packet: Packet) => number;
  readonly #items: Packet[] = [];
  readonly #putters = new Set<Putter>();
  readonly #takers = new Set<Waiter<Packet>>();
  readonly #watchers = new Set<Waiter<undefined>>();
  #weight = 0;
  #isEnded = false;
  #isAbandoned = false;

  /**
   * @param limit - it is full when its packets weigh this much; the last packet may weigh more than was left
   * @param weigh - the weight of a packet
   */
  constructor(limit: number, weigh: (packet: Packet) => number) {
    this.#limit = limit;
    this.#weigh = weigh;
  }

  get size(): number {
    return this.#items.length;
  }

  /** True when a take would settle at once, with a packet or with the end. */
  get isReadable(): boolean {
    return this.#items.length > 0 || this.#isEnded;
  }

  /** @returns false when it is full. @throws ShutdownError when nobody will read it */
  tryPut(packet: Packet): boolean {
    if (this.#isAbandoned) throw nobodyReads();
    const [taker] = this.#takers;
    if (taker !== undefined) {
      this.#takers.delete(taker);
      taker.resolve(packet);
      return true;
    }
    if (this.#weight >= this.#limit) return false;
    this.#keep(packet);
    return true;
  }

  /** Resolves when the packet was taken in. @throws ShutdownError when nobody will read it; the signal's reason */
  async put(packet: Packet, signal?: AbortSignal): Promise<void> {
    if (this.tryPut(packet)) return;
    await wait<undefined, Putter>(this.#putters, signal, (waiter) => ({ ...waiter, packet }));
  }

  tryTake(): Packet | undefined {
    const packet = this.#items.shift();
    if (packet === undefined) {
      if (this.#isEnded) throw endOfFile();
      return undefined;
    }
    this.#weight -= this.#weigh(packet);
    for (const putter of this.#putters) {
      if (this.#weight >= this.#limit) break;
      this.#putters.delete(putter);
      this.#keep(putter.packet);
      putter.resolve(undefined);
    }
    return packet;
  }

  /** @throws ShutdownError when no packet will come any more; the signal's reason */
  async take(signal?: AbortSignal): Promise<Packet> {
    return this.tryTake() ?? wait<Packet, Waiter<Packet>>(this.#takers, signal, (waiter) => waiter);
  }

  /** Resolves when a take would settle at once. */
  async whenReadable(signal?: AbortSignal): Promise<void> {
    if (!this.isReadable) await wait<undefined, Waiter<undefined>>(this.#watchers, signal, (waiter) => waiter);
  }

  /** Ends the input. The packets in it can still be taken. */
  end(): void {
    this.#isEnded = true;
    rejectAll(this.#takers, endOfFile);
    this.#wakeWatchers();
  }

  /** Ends the output: nobody will take anything any more. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#items.length = 0;
    this.#weight = 0;
    rejectAll(this.#putters, nobodyReads);
  }

  #keep(packet: Packet): void {
    this.#items.push(packet);
    this.#weight += this.#weigh(packet);
    this.#wakeWatchers();
  }

  #wakeWatchers(): void {
    for (const watcher of this.#watchers) watcher.resolve(undefined);
    this.#watchers.clear();
  }
}

/** Waits in a line until another call removes the waiter and settles it, or the signal aborts. */
async function wait<T, W extends Waiter<T>>(line: Set<W>, signal: AbortSignal | undefined, create: (waiter: Waiter<T>) => W): Promise<T> {
  signal?.throwIfAborted();
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      const waiter = create({ resolve, reject });
      line.add(waiter);
      onAbort = () => {
        if (line.delete(waiter)) waiter.reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  } finally {
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
}

function rejectAll(line: Set<{ readonly reject: (error: unknown) => void }>, error: () => Error): void {
  for (const waiter of line) waiter.reject(error());
  line.clear();
}

function endOfFile(): ShutdownError {
  return new ShutdownError('end of file: the other end of the connection was closed, and all that was sent has been received');
}

function nobodyReads(): ShutdownError {
  return new ShutdownError('the other end of the connection was closed: nobody will receive what is sent; stop sending');
}
