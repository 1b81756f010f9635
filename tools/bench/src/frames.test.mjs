import { expect, test } from '@jest/globals';
import { frameOf, frameReader } from './frames.mjs';

test.each([1, 3, 4, 7, 1000])('messages come out as they went in, in pieces of %i bytes', (piece) => {
  const messages = [1, [], 'a'.repeat(50), { list: [1, 2, 3] }, new Float64Array([1, 2])];
  const bytes = Buffer.concat(messages.map(frameOf));
  const got = [];
  const read = frameReader((message) => got.push(message));
  for (let at = 0; at < bytes.length; at += piece) read(bytes.subarray(at, at + piece));
  expect(got).toEqual(messages);
});
