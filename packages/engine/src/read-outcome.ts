import { decodeValue } from '@heddle/serialization/worker';
import * as wire from './wire.js';

/** What a task ended in, from a result's status and value. */
export function readOutcome(status: number, value: unknown): unknown {
  return (status & wire.encodedResult) === 0 ? value : decodeValue(value);
}
