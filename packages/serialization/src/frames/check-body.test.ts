/**
 * Tests the sizes that a body may announce. V8 alone would trust them, at the cost that check-body.ts describes.
 *
 * @workers
 */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { deepestMessage, mostHoles } from './check-body.js';
import { FrameReader, writeFrame } from './index.js';

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

/** A frame with a body of these bytes behind V8's head. */
function frame(...bytes: number[]): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(bytes.length + 2, 4);
  return Buffer.concat([head, Buffer.from([0xff, 15, ...bytes])]);
}

function read(bytes: Uint8Array): unknown {
  let message: unknown;
  new FrameReader(0, (each) => {
    message = each;
  }).push(bytes);
  return message;
}

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
const text = (value: string): number[] => [0x22, value.length, ...ascii(value)];

describe('refused before anything is allocated', () => {
  test.each<[what: string, bytes: number[], error: RegExp]>([
    [
      'a sparse array of 33,554,432 holes',
      [0x61, ...varint(2 ** 25), 0x40, 0, ...varint(2 ** 25)],
      /lack more than 4194304 elements; send a Map/,
    ],
    [
      'holes of several arrays together',
      [0x41, 2, ...[0, 1].flatMap(() => [0x61, ...varint(mostHoles - 1), 0x40, 0, ...varint(mostHoles - 1)]), 0x24, 0, 2],
      /lack more than/,
    ],
    [
      'an array as long as the rest, within others',
      [...Array.from({ length: 1000 }, () => [0x41, ...varint(5000)]).flat(), ...Array.from({ length: 4000 }, () => 0x30)],
      /garbled: .*cut off/,
    ],
    ['an element beyond its array', [0x61, 1, 0x49, 4, 0x30, 0x40, 1, 1], /element beyond its array/],
    ['an element with a text for its index', [0x61, 0, ...text('4294967294'), 0x30, 0x40, 1, 0], /text for its index/],
    ['an array of two lengths', [0x61, 0, 0x40, 0, 1], /two lengths/],
    ['text that is cut off', [0x22, ...varint(2 ** 32 - 1), 0x61], /cut off/],
    ['half a character', [0x63, 1, 0x61], /half a character/],
    ['a BigInt that is cut off', [0x5a, ...varint(2 ** 30)], /cut off/],
    ['a BigInt of no size', [0x5a, ...varint(2 ** 31)], /no size/],
    ['a number of more than 32 bits', [0x49, 0xff, 0xff, 0xff, 0xff, 0x1f], /more than 32 bits/],
    ['a resizable buffer', [0x7e, 1, ...varint(2 ** 32 - 1), 0], /unknown kind 126/],
    ['compiled code', [0x77, 0], /unknown kind 119/],
    ['a handle', [0x74, 0], /unknown kind 116/],
    ['a hole where a value is due', [0x2d], /unknown kind 45/],
    ['a key that is none', [0x6f, 0x6f, 0x7b, 0, 0x30, 0x7b, 1], /a key that is none/],
    ['an error with an unknown part', [0x72, 0x78], /unknown part/],
    ['bytes after the message', [0x30, 0x30], /1 bytes after the message/],
  ])('%s', (_what, bytes, error) => {
    expect(() => read(frame(...bytes))).toThrow(error);
    expect(() => read(frame(...bytes))).toThrow(expect.objectContaining({ code: 'HEDDLE_SERIALIZATION' }));
  });

  test('formats of earlier versions', () => {
    const bytes = frame(0x30);
    bytes[13] = 14;
    expect(() => read(bytes)).toThrow(/format 14, which is too old/);
  });

  test.each([
    ['arrays', [0x41, 1]],
    ['records', [0x6f, 0x49, 0]],
    ['maps', [0x3b]],
    ['errors', [0x72, 0x63]],
  ])('%s deeper than the limit', (_what, open) => {
    const bytes = Array.from({ length: deepestMessage + 1 }, () => open).flat();
    expect(() => read(frame(...bytes))).toThrow(/objects more than 1500 deep; flatten/);
    // As deep as the deepest value that may be sent, ends of objects not counted.
    let deep: unknown = 1;
    for (let i = 0; i < 1200; i++) deep = i % 2 === 0 ? [deep] : { deep };
    expect(read(Buffer.concat(writeFrame(0, deep)))).toEqual(deep);
  });

  test('a message that needs more memory than there may be', () => {
    // The test runs in another process, because V8 would end the process if it read this body.
    const program = `
      import { FrameReader } from '@heddle/serialization/frames';
      const maps = 1_500_000;
      const varint = (value) => [(value & 127) | 128, ((value >> 7) & 127) | 128, value >> 14];
      const body = Buffer.concat([Buffer.from([0xff, 15, 0x41, ...varint(maps)]), Buffer.alloc(3 * maps, Buffer.from([0x3b, 0x3a, 0])), Buffer.from([0x24, 0, ...varint(maps)])]);
      const head = Buffer.alloc(12);
      head.writeUInt32LE(body.length, 4);
      try {
        new FrameReader(0, () => console.log('read')).push(Buffer.concat([head, body]));
      } catch (error) {
        console.log(error.code, error.message);
      }`;
    const told = execFileSync(process.execPath, ['--max-old-space-size=64', '--input-type=module', '-e', program], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
    expect(told).toMatch(/HEDDLE_SERIALIZATION .*takes 312000024 bytes at least, more than the heap may have/);
  });

  test('an announced body takes no memory before its bytes come', () => {
    const head = Buffer.alloc(12);
    head.writeUInt32LE(2 ** 31 - 1, 4);
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 4 }, () => new FrameReader(0, () => undefined));
    for (const reader of readers) reader.push(head);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 2 ** 20);
    expect(readers.every((reader) => !reader.isBetweenFrames)).toBe(true);
  });
});

test('parts that outgrow what was taken at first arrive whole, and share memory as they were sent', () => {
  const bytes = new Uint8Array(40 * 2 ** 20).map((_, i) => i % 251);
  const back: unknown[] = [];
  const reader = new FrameReader(0, (message) => back.push(message));
  for (const part of writeFrame(0, [bytes, new Uint8Array(bytes.buffer, 8, 8)])) {
    for (let at = 0; at < part.length;) {
      const want = reader.want;
      const piece = part.subarray(at, at + Math.min(3_000_000, want?.length ?? Infinity));
      if (want === undefined) reader.push(piece);
      else {
        want.set(piece);
        reader.advance(piece.length);
      }
      at += piece.length;
    }
  }
  const [[whole, window]] = back as [[Uint8Array, Uint8Array]];
  expect(Buffer.compare(whole, bytes)).toBe(0);
  expect(window.buffer).toBe(whole.buffer);
});

test('names of prototypes are keys like others', () => {
  const bytes = frame(0x6f, ...text('__proto__'), 0x6f, ...text('polluted'), 0x54, 0x7b, 1, ...text('constructor'), 0x54, 0x7b, 2);
  const message = read(bytes) as object;
  expect(Object.keys(message)).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(Object.getPrototypeOf(message) as object)).toBeNull();
  expect('polluted' in {}).toBe(false);
});
