/**
 * Tests values of every shape as one process sends them to another.
 *
 * @slow
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyValue } from '../test-support/any-value.js';
import { difference } from '../test-support/same.js';
import { decodeValue } from '../values/decode.js';
import { encodeValue } from '../values/encode.js';
import { FrameReader, writeFrame } from './index.js';

const nonce = 0xc0ffee;
const cases = 10_000;
const seed = 20_250_401;

function there(value: unknown, mayPostNow: boolean, pieceSize: number): unknown {
  const { value: ready, encoded } = encodeValue(value, 'args', mayPostNow, 'process');
  const bytes = Buffer.concat(writeFrame(nonce, [ready, encoded]));
  let arrived: readonly [unknown, boolean] | undefined;
  const reader = new FrameReader(nonce, (message) => {
    arrived = message as [unknown, boolean];
  });
  for (let at = 0; at < bytes.length; at += pieceSize) reader.push(bytes.subarray(at, at + pieceSize));
  expect(reader.isBetweenFrames).toBe(true);
  return arrived?.[1] === true ? decodeValue(arrived[0]) : arrived?.[0];
}

test(`${String(cases)} values arrive as they were sent`, () => {
  fc.assert(
    fc.property(anyValue, fc.boolean(), fc.integer({ min: 1, max: 300 }), (value, mayPostNow, pieceSize) => {
      expect(difference(value, there(value, mayPostNow, pieceSize))).toBeUndefined();
    }),
    { numRuns: cases, seed },
  );
}, 120_000);

test('the comparison tells what differs', () => {
  const twice = {};
  for (const [a, b] of [
    [1, 2],
    [0, -0],
    [[1], [1, 2]],
    [[undefined], new Array(1)],
    [new Map([[1, 2]]), new Map([[1, 3]])],
    [
      [twice, twice],
      [{}, {}],
    ],
    [
      [{}, {}],
      [twice, twice],
    ],
    [new Date(1), new Date(2)],
  ]) {
    expect(difference(a, b)).toBeDefined();
  }
});
