import type { ChunkOutcome } from '@heddle/futures';
import { decodeValue } from '@heddle/serialization';
import * as wire from './wire.js';

/** What a task ended in, from a result's status and value. */
export function readOutcome(status: number, value: unknown): unknown {
  const decoded = (status & wire.encodedResult) === 0 ? value : decodeValue(value);
  return (status & wire.chunkResult) === 0 ? decoded : (decoded as ChunkOutcome);
}
