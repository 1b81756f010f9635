/**
 * A value on its way between processes, as bytes. A process that only passes it on doesn't read it. It holds the value as it was when it
 * was packed; later changes by the sender have no effect.
 */
import { SerializationError } from '@heddle/futures/errors';
import { FrameReader, mostFrameBytes, writeFrame } from '@heddle/serialization/frames';
import {
  decodeValue,
  encodeValue,
  explainRefusal,
  inThisRealm,
  loadClasses,
  takePendingLoads,
  type Trust,
} from '@heddle/serialization/worker';
import { processContext } from './process-context.js';

export type Packet = readonly Uint8Array[];

/** Packets are never mixed with other bytes, so any number will do. */
const nonce = 0;
/** A packet travels within a frame, with a few bytes beside it. */
const mostBytes = mostFrameBytes - 65_536;

/**
 * @param root - the name of the value in messages
 * @throws SerializationError with the path of a value that can't travel
 */
export function pack(value: unknown, root: string): Packet {
  const { value: ready, encoded, live, transfer } = encodeValue(value, root, true, 'process');
  let parts: readonly Uint8Array[];
  try {
    parts = writeFrame(nonce, [ready, encoded]);
  } catch (problem) {
    throw explainRefusal(value, root, problem, 'process');
  }
  if (packetBytes(parts) > mostBytes) {
    throw new SerializationError(
      `${root}: ${String(packetBytes(parts))} bytes are more than can be sent at once (${String(mostBytes)}); send it in pieces`,
      { path: root },
    );
  }
  if (!live) return parts;
  const own = parts.map((part, i) => (i === 0 ? part : part.slice()));
  for (const buffer of transfer ?? []) structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
  return own;
}

/**
 * @returns which code another process may name in its values: any code in a process that another one has started, else only code that this
 *   program knows
 */
export function trustInOthers(): Trust {
  return processContext.identity === undefined ? 'known code' : 'code';
}

/**
 * Decodes the value.
 *
 * @param trust - trust in the sender
 * @returns resolves when the classes of instances in the value are loaded
 * @throws SerializationError (as a rejection) when the value can't be rebuilt here
 */
export async function unpack(packet: Packet, trust: Trust): Promise<unknown> {
  let message: unknown;
  const reader = new FrameReader(nonce, (read) => {
    message = read;
  });
  for (const part of packet) reader.push(part);
  if (!Array.isArray(message) || message.length !== 2) throw new SerializationError('bytes arrived that are no value that was sent');
  const [value, encoded] = message as [unknown, boolean];
  if (!encoded) return inThisRealm(value);
  await loadClasses(value, trust);
  const decoded = decodeValue(value, trust);
  await takePendingLoads();
  return decoded;
}

/** @returns the size in bytes */
export function packetBytes(packet: Packet): number {
  return packet.reduce((sum, part) => sum + part.length, 0);
}
