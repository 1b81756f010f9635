/** Encodes values, sends them as to a thread or a process, and decodes them. */
import { loadClasses } from '../classes/load-classes.js';
import { readMessage } from '../frames/message-reader.js';
import { writeMessage } from '../frames/message-writer.js';
import { decodeValue } from '../values/decode.js';
import { encodeValue } from '../values/encode.js';
import { explainRefusal } from '../values/explain-refusal.js';
import type { ClassesRecord } from '../values/records.js';
import type { Destination } from '../values/walk.js';

/** A way to send a value. */
export interface Way {
  readonly destination: Destination;
  /** Whether the message leaves immediately. Large values are then not copied. */
  readonly mayPostNow: boolean;
  /** Whether a large value travels beside it. */
  readonly isLarge: boolean;
}

/** All ways. Each takes another path through the encoder. */
export const ways: readonly (readonly [name: string, way: Way])[] = (['thread', 'process'] as const).flatMap((destination) => [
  [`${destination}, copied`, { destination, mayPostNow: false, isLarge: false }] as const,
  [`${destination}, small, to leave now`, { destination, mayPostNow: true, isLarge: false }] as const,
  [`${destination}, large, to leave now`, { destination, mayPostNow: true, isLarge: true }] as const,
]);

const much = Array.from({ length: 200 }, (_, i) => ({ i }));

/** Carries an encoded value to the destination. */
export function carry<T>(wire: T, destination: Destination, transfer: readonly object[] = []): T {
  if (destination === 'thread') return structuredClone(wire, { transfer: transfer as ArrayBuffer[] });
  const { body, buffers } = writeMessage(wire);
  return readMessage(
    body,
    buffers.map((each) => each.slice().buffer),
  ) as T;
}

/** Sends a value and returns the one that arrives. */
export async function travel<T>(value: T, way: Way = { destination: 'thread', mayPostNow: false, isLarge: false }): Promise<T> {
  const { value: wire, encoded, transfer } = encodeValue([value, way.isLarge ? much : 0] as const, 'args', way.mayPostNow, way.destination);
  let arrived;
  try {
    arrived = carry(wire, way.destination, transfer);
  } catch (problem) {
    throw explainRefusal(wire, 'args', problem, way.destination); // as executors do
  }
  if (!encoded) return arrived[0];
  await loadClasses(arrived);
  return (decodeValue(arrived, 'code') as [T, unknown])[0];
}

/** Returns what the receiver makes of an instance when its class reference has other members there. */
export async function arriveAs(value: unknown, named: Partial<ClassesRecord['classes'][number]>): Promise<unknown> {
  const { classes, ...record } = encodeValue(value, 'args', false, 'thread').value as ClassesRecord;
  const arrived = structuredClone({ ...record, classes: classes.map((each) => ({ ...each, code: undefined, ...named })) });
  await loadClasses(arrived);
  return decodeValue(arrived, 'code');
}
