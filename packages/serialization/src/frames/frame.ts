/**
 * Puts messages one after the other on a stream of bytes. All numbers are little-endian.
 *
 *   0    uint32    nonce: agreed on when the channel was opened; any other number here means that the bytes are not a frame
 *   4    uint32    bytes of the body
 *   8    uint32    count of buffers
 *   12   float64   bytes of each buffer ...
 *   then the body, then the buffers, one behind the other
 *
 * Both sides agree on the version of the format once a channel, together with the nonce.
 */
import { SerializationError } from '@heddle/futures/errors';
import { writeMessage } from './message-writer.js';

/** The version of frames and of the messages in them. A channel between two versions is refused. */
export const frameVersion = 2;

export const headBytes = 12;
export const sizeBytes = 8;
/** The most bytes that one frame may carry, body and buffers together. */
export const mostFrameBytes: number = 2 ** 31 - 1;
/** The most buffers beside one body. */
export const mostBuffers = 65_536;

/**
 * Writes a message as the bytes of one frame.
 *
 * @param nonce - of the channel
 * @returns the head with the body, then each buffer: windows of the message's own memory, not copies of it
 * @throws SerializationError when the message can't be written, or is larger than a frame may be
 */
export function writeFrame(nonce: number, message: unknown): readonly Uint8Array[] {
  const { body, buffers } = writeMessage(message);
  const total = buffers.reduce((sum, each) => sum + each.length, body.length);
  if (total > mostFrameBytes || buffers.length > mostBuffers) {
    throw new SerializationError(
      `a message of ${String(total)} bytes in ${String(buffers.length + 1)} parts is more than a process can be sent at once ` +
        `(${String(mostFrameBytes)} bytes); pass it in pieces, or the path of a file`,
    );
  }
  const start = headBytes + buffers.length * sizeBytes;
  const first = Buffer.allocUnsafe(start + body.length);
  first.writeUInt32LE(nonce, 0);
  first.writeUInt32LE(body.length, 4);
  first.writeUInt32LE(buffers.length, 8);
  buffers.forEach((each, i) => first.writeDoubleLE(each.length, headBytes + i * sizeBytes));
  first.set(body, start);
  return buffers.length === 0 ? [first] : [first, ...buffers];
}
