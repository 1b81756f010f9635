import { describe, expect, test } from '@jest/globals';
import { encodeValue } from './encode.js';
import { hasTransferMarks, transfer } from './transfer.js';

describe('transfer', () => {
  test('gives the value back, and refuses what can not be moved', () => {
    const bytes = new Uint8Array(4);
    expect(transfer(bytes)).toBe(bytes);
    encodeValue(bytes, 'args', true, 'thread');
    expect(() => transfer(5)).toThrow(/only objects can be moved, got number/);
    expect(() => transfer(null)).toThrow(/got null/);
    expect(() => transfer(new Uint8Array(new SharedArrayBuffer(4)))).toThrow(/shared, not moved; pass it as it is/);
  });

  test('a copy that has to wait detaches at once', () => {
    const bytes = transfer(new Uint8Array(10_000).fill(1));
    const { value, live, transfer: list } = encodeValue({ bytes }, 'args', false, 'thread');
    expect([bytes.length, live, value.bytes.length]).toEqual([0, false, 10_000]);
    expect(list).toEqual([value.bytes.buffer]);
    expect(hasTransferMarks()).toBe(false);
  });

  test('what leaves now is detached by the post', () => {
    const bytes = transfer(new Uint8Array(10).fill(1));
    const { value, live, transfer: list } = encodeValue({ bytes }, 'args', true, 'thread');
    expect([bytes.length, live, value.bytes, list]).toEqual([10, true, bytes, [bytes.buffer]]);
    expect(hasTransferMarks()).toBe(false);
  });

  test('beside what can not travel nothing is detached, and the mark stays', () => {
    const bytes = transfer(new Uint8Array(10));
    expect(() => encodeValue([bytes, new WeakMap()], 'args', false, 'thread')).toThrow(/args\[1\]/);
    expect([bytes.length, hasTransferMarks()]).toEqual([10, true]);
    encodeValue(bytes, 'args', true, 'thread');
  });

  test('a list moves those objects only', () => {
    const [a, b] = [new ArrayBuffer(4), new ArrayBuffer(8)];
    const { value } = encodeValue(transfer({ a, b }, [b]), 'args', false, 'thread');
    expect([a.byteLength, b.byteLength, value.a.byteLength, value.b.byteLength]).toEqual([4, 0, 4, 8]);
  });

  test.each([false, true])('what was moved before is refused (may post now: %j)', (mayPostNow) => {
    const bytes = new Uint8Array(8);
    structuredClone(bytes, { transfer: [bytes.buffer] });
    expect(() => encodeValue([transfer(bytes)], 'args', mayPostNow, 'thread')).toThrow(/args\[0\]: its memory was moved before/);
    expect(() => encodeValue([bytes], 'args', false, 'thread')).toThrow(/args\[0\]: its memory was moved before/);
    expect(() => encodeValue([new Uint8Array(0), transfer(new ArrayBuffer(0))], 'args', mayPostNow, 'thread')).not.toThrow();
  });
});
