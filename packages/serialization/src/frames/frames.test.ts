/** Tests that messages arrive in pieces of any size, and that bytes that are no messages are refused. */
import { describe, expect, test } from '@jest/globals';
import { largeBytes } from './message-writer.js';
import { FrameReader, writeFrame } from './index.js';

const nonce = 0xc0ffee;

function bytesOf(message: unknown): Buffer {
  return Buffer.concat(writeFrame(nonce, message));
}

/** Feeds bytes to a reader in pieces of one size; with `direct`, into the reader's own memory where it offers that. */
function read(bytes: Uint8Array, pieceSize: number, direct = false): unknown[] {
  const messages: unknown[] = [];
  const reader = new FrameReader(nonce, (message) => messages.push(message));
  for (let at = 0; at < bytes.length;) {
    const want = direct ? reader.want : undefined;
    const piece = bytes.subarray(at, at + Math.min(pieceSize, want?.length ?? Infinity));
    if (want === undefined) reader.push(Buffer.from(piece));
    else {
      want.set(piece);
      reader.advance(piece.length);
    }
    at += piece.length;
  }
  expect(reader.isBetweenFrames).toBe(true);
  return messages;
}

const large = new Float64Array(largeBytes / 8 + 3).map((_, i) => i / 3);
const messages: unknown[] = [
  [0, 'text', null, undefined, 5n, -0, NaN],
  { map: new Map([[{ k: 1 }, new Set([1])]]), date: new Date(5), pattern: /a+/g },
  [],
  [new Uint8Array([1, 2, 3]), new Int16Array([-1]), new BigUint64Array([7n]), new DataView(new ArrayBuffer(4), 1, 2), new Uint8Array()],
  { large, beside: new Uint8Array(largeBytes).fill(9), small: new Float32Array([0.5]) },
  'the last',
];

describe.each([1, 7, 12, 1000, 65_536, 10_000_000])('in pieces of %i bytes', (size) => {
  test.each([
    ['pushed', false],
    ['read directly', true],
  ])('%s', (_how, direct) => {
    expect(read(Buffer.concat(messages.map(bytesOf)), size, direct)).toEqual(messages);
  });
});

describe('views', () => {
  test('share their buffer again, small and large; those on different buffers do not', () => {
    for (const size of [16, largeBytes]) {
      const buffer = new ArrayBuffer(size);
      const [back] = read(bytesOf([new Uint8Array(buffer, 4, 8), new DataView(buffer), new Uint8Array(size)]), 1000) as [
        [Uint8Array, DataView, Uint8Array],
      ];
      expect(back[0].buffer).toBe(back[1].buffer);
      expect(back[2].buffer).not.toBe(back[1].buffer);
      expect([back[0].byteOffset, back[0].length, back[1].byteLength]).toEqual([4, 8, size]);
    }
  });

  test('large buffers are not copied on their way out', () => {
    const bytes = new Uint8Array(largeBytes);
    const [, beside] = writeFrame(nonce, [bytes]);
    expect(beside?.buffer).toBe(bytes.buffer);
  });

  test('of a Buffer only its window travels', () => {
    const pool = Buffer.alloc(8 * largeBytes, 'secret');
    const frame = bytesOf([pool.subarray(10, 13)]);
    expect(frame.length).toBeLessThan(200);
    expect(read(frame, 1000)).toEqual([[new Uint8Array(Buffer.from('ets'))]]);
  });

  test('shared memory is refused', () => {
    expect(() => writeFrame(nonce, [new Uint8Array(new SharedArrayBuffer(8))])).toThrow(/SharedArrayBuffer can't leave its process/);
    expect(() => writeFrame(nonce, [new SharedArrayBuffer(8)])).toThrow(/SharedArrayBuffer can't leave its process/);
    expect(() => writeFrame(nonce, [() => 1])).toThrow(/could not be cloned/);
  });
});

describe('bytes that are no message', () => {
  function head(first: number, body: number, buffers: number, rest: Uint8Array = new Uint8Array()): Buffer {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt32LE(first, 0);
    bytes.writeUInt32LE(body, 4);
    bytes.writeUInt32LE(buffers, 8);
    return Buffer.concat([bytes, rest]);
  }

  const size = (value: number): Uint8Array => new Uint8Array(new Float64Array([value]).buffer);

  test.each<[what: string, bytes: Uint8Array, error: RegExp]>([
    ['another nonce', head(nonce + 1, 1, 0), /no frame begins here/],
    ['a body too large', head(nonce, 0x8000_0000, 0), /a body of 2147483648 bytes/],
    ['too many buffers', head(nonce, 1, 65_537), /65537 buffers/],
    ['a buffer too large', head(nonce, 1, 1, size(2 ** 40)), /a buffer of 1099511627776 bytes/],
    ['a buffer of a negative size', head(nonce, 1, 1, size(-1)), /a buffer of -1 bytes/],
    ['a buffer of a broken size', head(nonce, 1, 1, size(NaN)), /a buffer of NaN bytes/],
    ['buffers too large together', head(nonce, 1, 2, Buffer.concat([size(2 ** 30), size(2 ** 30)])), /a buffer of 1073741824 bytes/],
    ['an empty body', head(nonce, 0, 0), /garbled/],
    ['a body that is noise', head(nonce, 4, 0, Buffer.from('abcd')), /garbled/],
  ])('%s', (_what, bytes, error) => {
    for (const pieceSize of [5, 1000]) {
      const reader = new FrameReader(nonce, () => undefined);
      expect(() => {
        for (let at = 0; at < bytes.length; at += pieceSize) reader.push(bytes.subarray(at, at + pieceSize));
      }).toThrow(error);
    }
  });

  test('views beyond their buffer, of no kind, on buffers that did not come', () => {
    const frame = bytesOf([new Uint8Array([1, 2, 3])]);
    let errors = 0;
    for (let at = 12; at < frame.length; at++) {
      for (const flip of [1, 0x80, 0xff]) {
        const broken = Buffer.from(frame);
        broken[at] = (broken[at] ?? 0) ^ flip;
        try {
          read(broken, 1000);
        } catch (error) {
          errors += 1;
          expect(error).toMatchObject({ code: 'HEDDLE_SERIALIZATION' });
        }
      }
    }
    expect(errors).toBeGreaterThan(20);
  });
});
