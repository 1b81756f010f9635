/**
 * Checks a body before V8 reads it. V8 never reads beyond a body, but it trusts the sizes that a body announces. 13 bytes can make it
 * allocate 270 MB (a sparse array). 300 kB can keep it busy for ten seconds and take 3.5 GB (arrays in arrays, each said to be as long as
 * the rest). After this check
 *
 *   - everything announced is there, byte for byte, and nothing follows it
 *   - only the tags below occur: what the writer writes; no compiled code, no handles, no formats of earlier versions
 *   - depth, holes and the memory it takes are within limits.
 *
 * WIRE.md draws the grammar, in the same order. Anything that V8 skips or tolerates and the writer never writes is refused.
 */
import { getHeapStatistics } from 'node:v8';
import { beyondLimits, garbled } from './garbled.js';
import { isIndex } from './is-index.js';

/** The version of V8's format, since Node 18 and up to now. Older versions, and the way in which V8 reads them, have another grammar. */
const oldestFormat = 15;
/** The most objects below one another. V8 itself runs out of stack with more: that of Node 22, whose frames are the largest, at 1,600. */
export const deepestMessage = 1500;
/** Missing elements of a sparse array that don't count. Writers send arrays that lack more as records (sparse.ts). */
const fewHoles = 64;
/** How many further elements all sparse arrays together may lack. */
export const mostHoles: number = 2 ** 22;
/** From this size on, in bytes, the memory that a message takes is compared with the memory that there is. */
const muchMemory: number = 16 * 1024 * 1024;

/** The least memory that V8 takes, in bytes. */
const objectMemory = 24;
const mapMemory = 176;
const setMemory = 136;
const elementMemory = 8;

class BodyCheck {
  readonly #bytes: Uint8Array;
  #at = 0;
  #depth = 0;
  #holes = 0;
  #memory = 0;
  #bufferCount = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  body(): void {
    if (this.#byte() !== 0xff) throw garbled('a body without a head');
    const format = this.#varint();
    if (format < oldestFormat) throw garbled(`a body in format ${String(format)}, which is too old`);
    this.#value(this.#tag());
    if (this.#at !== this.#bytes.length) throw garbled(`${String(this.#bytes.length - this.#at)} bytes after the message`);
    if (this.#memory <= muchMemory) return;
    const { heap_size_limit: limit } = getHeapStatistics();
    if (this.#memory > limit) {
      throw beyondLimits(
        `a message that takes ${String(this.#memory)} bytes at least, more than the heap may have (${String(limit)}); send it in pieces, or raise --max-old-space-size`,
      );
    }
  }

  #value(tag: number): void {
    switch (tag) {
      case 0x5f: // _ undefined
      case 0x30: // 0 null
      case 0x54: // T true
      case 0x46: // F false
        return;
      case 0x49: // I an integer
      case 0x5e: // ^ an object met before; V8 knows which ones exist
        this.#varint();
        return;
      case 0x4e: // N a double
        this.#skip(8);
        return;
      case 0x5a: // Z a BigInt
        this.#bigInt();
        return;
      case 0x22: // " text
      case 0x63: // c
        this.#text(tag);
        return;
      default:
        this.#object(tag);
    }
  }

  #object(tag: number): void {
    if (++this.#depth > deepestMessage) throw beyondLimits(`objects more than ${String(deepestMessage)} deep; flatten what is sent`);
    this.#memory += objectMemory;
    switch (tag) {
      case 0x6f: // o properties {
        this.#properties(0x7b);
        break;
      case 0x41: // A count elements properties $
        this.#dense(this.#varint());
        break;
      case 0x61: // a count properties @
        this.#sparse(this.#varint());
        break;
      case 0x3b: // ; values :
        this.#memory += mapMemory;
        this.#until(0x3a);
        break;
      case 0x27: // ' values ,
        this.#memory += setMemory;
        this.#until(0x2c);
        break;
      case 0x5c: // \ a view
        this.#view();
        break;
      case 0x42: // B a buffer by itself
        this.#skip(this.#varint());
        break;
      case 0x44: // D a Date
      case 0x6e: // n a Number
        this.#skip(8);
        break;
      case 0x79: // y true, boxed
      case 0x78: // x false, boxed
        break;
      case 0x7a: // z a BigInt, boxed
        this.#bigInt();
        break;
      case 0x73: // s a text, boxed
        this.#text(this.#tag());
        break;
      case 0x52: // R text flags
        this.#text(this.#tag());
        this.#varint();
        break;
      case 0x72: // r parts .
        this.#error();
        break;
      default:
        throw garbled(`a value of unknown kind ${String(tag)}`);
    }
    this.#depth -= 1;
  }

  #properties(end: number): void {
    for (let tag = this.#tag(); tag !== end; tag = this.#tag()) {
      this.#key(tag);
      this.#value(this.#tag());
    }
    this.#varint(); // How many they were; V8 compares the number.
  }

  /** @returns how many of them are elements */
  #propertiesOfArray(end: number, length: number): number {
    let elements = 0;
    for (let tag = this.#tag(); tag !== end; tag = this.#tag()) {
      if (tag === 0x49) elements += 1;
      this.#keyOfArray(tag, length);
      this.#value(this.#tag());
    }
    this.#varint();
    if (this.#varint() !== length) throw garbled('an array of two lengths');
    return elements;
  }

  #key(tag: number): void {
    if (tag === 0x22 || tag === 0x63) this.#text(tag);
    else if (tag === 0x49) this.#varint();
    else if (tag === 0x4e) this.#skip(8);
    else throw garbled('a key that is none');
  }

  /** Checks a key. An index at or beyond the announced length would make the array longer. */
  #keyOfArray(tag: number, length: number): void {
    if (tag === 0x49) {
      const zigzag = this.#varint();
      if (zigzag % 2 === 1 || zigzag / 2 >= length) throw garbled('an element beyond its array');
      return;
    }
    if (tag !== 0x22 && tag !== 0x63) throw garbled('a key that is none');
    const start = this.#text(tag);
    if (isIndex(this.#bytes.subarray(start, this.#at), tag === 0x63 ? 2 : 1)) throw garbled('an element with a text for its index');
  }

  #dense(length: number): void {
    if (length > this.#left) throw garbled('an array that is cut off');
    this.#memory += length * elementMemory;
    for (let i = this.#numbers(length); i < length; i++) {
      const tag = this.#tag();
      if (tag !== 0x2d) this.#value(tag); // - a hole
    }
    this.#propertiesOfArray(0x24, length);
  }

  /**
   * Skips the numbers at the beginning of an array, since most long arrays hold numbers.
   *
   * @returns how many there were
   */
  #numbers(most: number): number {
    const bytes = this.#bytes;
    let at = this.#at;
    let count = 0;
    for (; count < most; count++) {
      const tag = bytes[at];
      let size = 9;
      if (tag === 0x49) {
        size = 2;
        while (size < 6 && (bytes[at + size - 1] ?? 0) >= 0x80) size++;
        if (size === 6) break; // More than 28 bits, which `#value` has to check.
      } else if (tag !== 0x4e) break;
      at += size;
    }
    this.#skip(at - this.#at);
    return count;
  }

  #sparse(length: number): void {
    this.#memory += length * elementMemory;
    this.#holes += Math.max(0, length - this.#propertiesOfArray(0x40, length) - fewHoles);
    if (this.#holes > mostHoles)
      throw beyondLimits(`arrays that lack more than ${String(mostHoles)} elements; send a Map of those that are there`);
  }

  #until(end: number): void {
    for (let tag = this.#tag(); tag !== end; tag = this.#tag()) this.#value(tag);
    this.#varint();
  }

  #error(): void {
    for (;;) {
      switch (this.#varint()) {
        case 0x45: // its class: EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError
        case 0x52:
        case 0x46:
        case 0x53:
        case 0x54:
        case 0x55:
          break;
        case 0x6d: // m message
        case 0x73: // s stack
          this.#text(this.#tag());
          break;
        case 0x63: // c cause
          this.#value(this.#tag());
          break;
        case 0x2e: // .
          return;
        default:
          throw garbled('an error with an unknown part');
      }
    }
  }

  /** Skips a view, as message-writer.ts writes it. message-reader.ts checks its numbers. */
  #view(): void {
    this.#varint();
    const id = this.#varint();
    this.#skip(16);
    if (id < this.#bufferCount) return;
    this.#bufferCount += 1;
    if (this.#varint() !== 0) {
      this.#varint();
      return;
    }
    const start = this.#at;
    this.#skip(8);
    const size = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start, 8).getFloat64(0, true);
    if (!Number.isInteger(size) || size < 0) throw garbled('a buffer of no size');
    this.#skip(size);
  }

  #bigInt(): void {
    const sign = this.#varint();
    if (sign >= 2 ** 31) throw garbled('a BigInt of no size');
    this.#skip(sign >>> 1);
  }

  /** @returns the position of its first byte */
  #text(tag: number): number {
    if (tag !== 0x22 && tag !== 0x63) throw garbled('a text that is none');
    const size = this.#varint();
    const start = this.#at;
    if (tag === 0x63 && size % 2 === 1) throw garbled('half a character');
    this.#skip(size);
    return start;
  }

  get #left(): number {
    return this.#bytes.length - this.#at;
  }

  #skip(count: number): void {
    if (count > this.#left) throw garbled('a value that is cut off');
    this.#at += count;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw garbled('a value that is cut off');
    this.#at += 1;
    return byte;
  }

  /** V8 puts zeros before a tag to align text of two bytes a character. */
  #tag(): number {
    let byte = this.#byte();
    while (byte === 0) byte = this.#byte();
    return byte;
  }

  /** Seven bits a byte, the lowest first, at most 32 bits, since V8 would drop any further bits. */
  #varint(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const last = this.#byte();
    if (last > 0x0f) throw garbled('a number of more than 32 bits');
    return value + last * 2 ** 28;
  }
}

/**
 * Checks a body. It allocates almost nothing, whatever the body holds.
 *
 * @param body - as message-writer.ts writes it
 * @throws SerializationError when V8 must not read it
 */
export function checkBody(body: Uint8Array): void {
  new BodyCheck(body).body();
}
