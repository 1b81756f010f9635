import { encodeValue, explainRefusal, type Destination } from '@heddle/serialization/worker';
import type { Outcome } from './read-outcome.js';
import * as wire from './wire.js';

/**
 * Posts an outcome. If it cannot travel, posts an error that says why.
 *
 * @param root - the name of the value in messages
 * @param post - gets the status and value that `readOutcome` takes; throws when the value cannot be cloned
 */
export function postOutcome(
  { hasFailed, value }: Outcome,
  root: string,
  destination: Destination,
  post: (status: number, value: unknown, transfer?: readonly object[]) => void,
): void {
  const status = hasFailed ? wire.failed : wire.succeeded;
  try {
    const { value: wireValue, encoded, transfer } = encodeValue(value, root, true, destination);
    post(encoded ? status | wire.encodedResult : status, wireValue, transfer);
  } catch (problem) {
    const { value: wireValue } = encodeValue(explainRefusal(value, root, problem, destination), root, false, destination);
    post(wire.failed | wire.encodedResult, wireValue);
  }
}
