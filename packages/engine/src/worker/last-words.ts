/** The messages of a worker that cannot continue. */
import { encodeValue, type Destination } from '@heddle/serialization/worker';
import type { ToCaller } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';

/** Makes the message that a worker posts before an uncaught exception ends it. For authors of executors. */
export function crashMessage(error: unknown, destination: Destination): ToCaller {
  return [wire.crashed, encodeThrown(error, destination)];
}

/** Makes the message that a worker posts when it cannot serve tasks. For authors of executors. */
export function initializerFailedMessage(error: unknown, destination: Destination): ToCaller {
  return [wire.initializerFailed, encodeThrown(error, destination)];
}

function encodeThrown(error: unknown, destination: Destination): unknown {
  try {
    return encodeValue(error, 'thrown value', false, destination).value;
  } catch (problem) {
    return encodeValue(problem, 'thrown value', false, destination).value;
  }
}
