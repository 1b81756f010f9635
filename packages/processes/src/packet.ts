/**
 * A value on its way between processes, as bytes: who passes it on doesn't read it. It is taken as it was when it was
 * packed; what its sender does to it afterwards doesn't show.
 */
import { SerializationError } from '@heddle/futures/errors';
import { FrameReader, mostFrameBytes, writeFrame } from '@heddle/serialization/frames';
import { decodeValue, encodeValue, explainRefusal, loadClasses, takePendingLoads, type Trust } from '@heddle/serialization/worker';
import { processContext } from './process-context.js';

export type Packet = readonly Uint8Array[];

/** Packets are never mixed with anything else, so any number does. */
const nonce = 0;
/** A packet travels within a frame, with a little beside it. */
const mostBytes = mostFrameBytes - 65_536;

/**
 * @param root - what the value is called in messages
 * @throws SerializationError with the path of what can't travel
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
 * What is to be believed of what another process sends: all, where that one has started this one; else code that this program
 * knows.
 */
export function trustInOthers(): Trust {
  return processContext.identity === undefined ? 'known code' : 'code';
}

/**
 * The value, made anew.
 *
 * @param trust - in who sent it
 * @returns when the classes of instances in it have been loaded
 * @throws SerializationError (as a rejection) when it can't be rebuilt here
 */
export async function unpack(packet: Packet, trust: Trust): Promise<unknown> {
  let message: unknown;
  const reader = new FrameReader(nonce, (read) => {
    message = read;
  });
  for (const part of packet) reader.push(part);
  if (!Array.isArray(message) || message.length !== 2) throw new SerializationError('bytes arrived that are no value that was sent');
  const [value, encoded] = message as [unknown, boolean];
  if (!encoded) return value;
  await loadClasses(value, trust);
  const decoded = decodeValue(value, trust);
  await takePendingLoads();
  return decoded;
}

/** In bytes. */
export function packetBytes(packet: Packet): number {
  return packet.reduce((sum, part) => sum + part.length, 0);
}
