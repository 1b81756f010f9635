/** What a worker says when it can't go on. */
import { encodeValue, type Destination } from '@heddle/serialization/worker';
import type { ToCaller } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';

/** What a worker says before an uncaught exception ends it. For authors of executors. */
export function crashMessage(error: unknown, destination: Destination): ToCaller {
  return [wire.crashed, encodeThrown(error, destination)];
}

/** What a worker says when it can't serve. For authors of executors. */
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
