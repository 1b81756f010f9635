import { encodeValue, explainRefusal, type Reach } from '@heddle/serialization/worker';
import type { Outcome } from './read-outcome.js';
import * as wire from './wire.js';

/**
 * Posts what something ended in; when that can't travel, why not.
 *
 * @param root - what the value is called in messages
 * @param post - called with what `readOutcome` takes; throws what can't be cloned after all
 */
export function postOutcome(
  { hasFailed, value }: Outcome,
  root: string,
  reach: Reach,
  post: (status: number, value: unknown, transfer?: readonly object[]) => void,
): void {
  const status = hasFailed ? wire.failed : wire.succeeded;
  try {
    const { value: wireValue, encoded, transfer } = encodeValue(value, root, true, reach);
    post(encoded ? status | wire.encodedResult : status, wireValue, transfer);
  } catch (problem) {
    const { value: wireValue } = encodeValue(explainRefusal(value, root, problem, reach), root, false, reach);
    post(wire.failed | wire.encodedResult, wireValue);
  }
}
