/**
 * The registry of the threads of this program that are alive, in memory that all threads share. Any thread can read it
 * at once, whatever the other threads do.
 *
 *   int32  0        the last serial that was given
 *          1        how many threads were named by a number
 *          2        how many slots were ever taken: those from here on are free
 *          8 ...    life words, one for each slot: 0 free; -1 being filled; else the serial of the living thread there
 *          then     records, one for each slot: ident | flags | ident of its starter | serial it waits for | bytes of its name |
 *                   ... | the name
 *
 * Invariants
 * - A serial is given once. A life word that holds it says that this very thread is alive, and a join waits for the
 *   word to change. The thread itself sets it to 0 when its target has ended; its starter does so when the thread died
 *   and could not.
 * - A record is written before its life word. While the thread is alive, only `ident` and the serial it waits for
 *   change.
 */
import { getEnvironmentData, setEnvironmentData, threadId } from 'node:worker_threads';

/** How many threads can be alive at the same time. Systems do not allow more. */
const capacity = 4096;
const lastSerial = 0;
const namedThreads = 1;
const slotsUsed = 2;
const firstLife = 8;
const firstRecord = firstLife + capacity;
const recordWords = 128;
const nameAt = 8;
const mostNameBytes = (recordWords - nameAt) * Int32Array.BYTES_PER_ELEMENT;

/** The words of a record. */
const identWord = 0;
const flagsWord = 1;
const starterWord = 2;
const waitsForWord = 3;
const nameBytesWord = 4;

/**
 * As an ident: not known yet. As a starter, `nobody` means none; it is another number, so that no thread seems to have
 * started the main thread.
 */
export const unknownIdent = -1;
const nobody = -2;

const free = 0;
const beingFilled = -1;

/** The flags of a record. */
const daemonFlag = 1;
const poolFlag = 2;

/** Identifies a thread for ever: no other thread has the same place. */
export interface ThreadPlace {
  readonly slot: number;
  readonly serial: number;
}

/** The data of a thread in the registry. */
export interface ThreadFacts {
  readonly name: string;
  /** Node's `threadId`. */
  readonly ident: number;
  readonly daemon: boolean;
  /** Whether the thread is a worker of a pool. It ends when its pool retires it. */
  readonly isPooled: boolean;
  /** The ident of the thread that started it. */
  readonly starter: number;
}

export class ThreadRegistry {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer((firstRecord + capacity * recordWords) * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
    this.#bytes = new Uint8Array(memory);
  }

  /** Returns the next number for a thread's name. */
  nextNumber(): number {
    return Atomics.add(this.#words, namedThreads, 1) + 1;
  }

  /** Enters a thread, which is alive from now on. @returns `undefined` when there are too many */
  add({ name, ident, daemon, isPooled, starter }: ThreadFacts): ThreadPlace | undefined {
    const slot = this.#takeSlot();
    if (slot === undefined) return undefined;
    const serial = Atomics.add(this.#words, lastSerial, 1) + 1;
    const at = recordAt(slot);
    Atomics.store(this.#words, at + identWord, ident);
    Atomics.store(this.#words, at + flagsWord, (daemon ? daemonFlag : 0) | (isPooled ? poolFlag : 0));
    Atomics.store(this.#words, at + starterWord, starter);
    Atomics.store(this.#words, at + waitsForWord, 0);
    Atomics.store(this.#words, at + nameBytesWord, this.#writeName(at, name));
    Atomics.store(this.#words, firstLife + slot, serial);
    return { slot, serial };
  }

  /** Sets Node's `threadId` of the thread, which is known only once the thread has begun. */
  setIdent({ slot }: ThreadPlace, ident: number): void {
    Atomics.store(this.#words, recordAt(slot) + identWord, ident);
  }

  isAlive({ slot, serial }: ThreadPlace): boolean {
    return Atomics.load(this.#words, firstLife + slot) === serial;
  }

  /** Returns the data of a thread; `undefined` when it has ended. */
  facts(place: ThreadPlace): ThreadFacts | undefined {
    const at = recordAt(place.slot);
    const flags = Atomics.load(this.#words, at + flagsWord);
    const facts = {
      name: this.#readName(at),
      ident: Atomics.load(this.#words, at + identWord),
      daemon: (flags & daemonFlag) !== 0,
      isPooled: (flags & poolFlag) !== 0,
      starter: Atomics.load(this.#words, at + starterWord),
    };
    return this.isAlive(place) ? facts : undefined; // checked last: if it is alive now, the record was its own while it was read
  }

  /** Returns the threads that are alive, in the order in which they were started. */
  living(): ThreadPlace[] {
    const used = Atomics.load(this.#words, slotsUsed);
    const places: ThreadPlace[] = [];
    for (let slot = 0; slot < used; slot++) {
      const serial = Atomics.load(this.#words, firstLife + slot);
      if (serial > 0) places.push({ slot, serial });
    }
    return places.sort((a, b) => a.serial - b.serial);
  }

  /** A thread has ended: wakes the threads that wait for it. */
  remove({ slot, serial }: ThreadPlace): void {
    if (Atomics.compareExchange(this.#words, firstLife + slot, serial, free) === serial) Atomics.notify(this.#words, firstLife + slot);
  }

  /** A thread's worker has ended, and with it all threads that it had started. */
  removeWithStarted(place: ThreadPlace | undefined, ident: number): void {
    if (place !== undefined) this.remove(place);
    for (const each of this.living()) {
      const facts = this.facts(each);
      if (facts?.starter === ident) this.removeWithStarted(each, facts.ident);
    }
  }

  /** Blocks until a thread has ended, or `timeoutMs` have passed. */
  wait({ slot, serial }: ThreadPlace, timeoutMs: number): void {
    Atomics.wait(this.#words, firstLife + slot, serial, timeoutMs);
  }

  /** Resolves when a thread has ended, or after `timeoutMs`. It does not keep the program alive. */
  async whenEnded({ slot, serial }: ThreadPlace, timeoutMs: number): Promise<void> {
    await waitAsync(this.#words, firstLife + slot, serial, timeoutMs).value;
  }

  /** Records that a thread blocks until another one has ended. With 0, it blocks no longer. */
  setWaitsFor({ slot }: ThreadPlace, serial: number): void {
    Atomics.store(this.#words, recordAt(slot) + waitsForWord, serial);
  }

  /** Returns the thread that a thread blocks for; `undefined` when it blocks for none. */
  waitsFor({ slot }: ThreadPlace): ThreadPlace | undefined {
    const serial = Atomics.load(this.#words, recordAt(slot) + waitsForWord);
    return serial === 0 ? undefined : this.living().find((each) => each.serial === serial);
  }

  #takeSlot(): number | undefined {
    for (let slot = 0; slot < capacity; slot++) {
      if (Atomics.compareExchange(this.#words, firstLife + slot, free, beingFilled) !== free) continue;
      for (let used = Atomics.load(this.#words, slotsUsed); used <= slot; used = Atomics.load(this.#words, slotsUsed)) {
        Atomics.compareExchange(this.#words, slotsUsed, used, slot + 1);
      }
      return slot;
    }
    return undefined;
  }

  /** Writes as much of the name as fits. Only the starter knows the rest of a longer name. */
  #writeName(at: number, name: string): number {
    const bytes = new Uint8Array(mostNameBytes); // encodeInto does not accept shared memory
    const { written } = new TextEncoder().encodeInto(name, bytes);
    this.#bytes.set(bytes.subarray(0, written), (at + nameAt) * Int32Array.BYTES_PER_ELEMENT);
    return written;
  }

  #readName(at: number): string {
    const start = (at + nameAt) * Int32Array.BYTES_PER_ELEMENT;
    return new TextDecoder().decode(this.#bytes.slice(start, start + Atomics.load(this.#words, at + nameBytesWord)));
  }
}

function recordAt(slot: number): number {
  return firstRecord + slot * recordWords;
}

/** Every Node from 20 on has it; the types of es2023 do not. */
const { waitAsync } = Atomics as unknown as {
  readonly waitAsync: (words: Int32Array, index: number, value: number, timeoutMs: number) => { readonly value: string | Promise<string> };
};

/** The name of this layout. A version of the package with another layout keeps a registry of its own. */
const key = 'heddle.threads.1';

/**
 * Returns the registry of the program. The first thread that loads the package makes it, most often the main thread.
 * All threads that start after that get the same one.
 */
function programRegistry(): ThreadRegistry {
  const memory = getEnvironmentData(key) as SharedArrayBuffer | undefined;
  if (memory !== undefined) return new ThreadRegistry(memory);
  const made = new ThreadRegistry();
  made.add({ name: 'MainThread', ident: 0, daemon: false, isPooled: false, starter: nobody });
  setEnvironmentData(key, made.memory);
  return made;
}

export const registry: ThreadRegistry = programRegistry();

/** Tells `@heddle/sync`, which loads nothing of this package, whether there are threads besides the main one. */
Object.defineProperty(globalThis, Symbol.for('heddle.hasThreads'), {
  value: (): boolean => registry.living().length > 1,
  configurable: true,
});

/** The place of the main thread, which is the first to be entered. */
export const mainPlace: ThreadPlace = { slot: 0, serial: 1 };

/** The ident of this thread. */
export const ownIdent: number = threadId;
