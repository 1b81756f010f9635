/** What a worker says when it can't go on. */
import { encodeValue, type Reach } from '@heddle/serialization/worker';
import type { ToCaller } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';

/** What a worker says before an uncaught exception ends it. For authors of executors. */
export function crashMessage(error: unknown, reach: Reach): ToCaller {
  return [wire.crashed, encodeThrown(error, reach)];
}

/** What a worker says when it can't serve. For authors of executors. */
export function initializerFailedMessage(error: unknown, reach: Reach): ToCaller {
  return [wire.initializerFailed, encodeThrown(error, reach)];
}

function encodeThrown(error: unknown, reach: Reach): unknown {
  try {
    return encodeValue(error, 'thrown value', false, reach).value;
  } catch (problem) {
    return encodeValue(problem, 'thrown value', false, reach).value;
  }
}
