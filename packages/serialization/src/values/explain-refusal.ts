import { SerializationError, isHeddleError } from '@heddle/futures/errors';
import { encodeValue } from './encode.js';
import type { Destination } from './walk.js';

/**
 * Why a value was not posted. Values that are passed on live are checked by structured clone alone, which doesn't say
 * where it stumbled: they are walked once more, as thoroughly as for a copy.
 *
 * @param root - what the value is called in messages: `args`, `result`
 * @param problem - what posting it threw
 * @returns an error with the path of the culprit, as far as it can be found
 */
export function explainRefusal(value: unknown, root: string, problem: unknown, destination: Destination): unknown {
  if (isHeddleError(problem)) return problem;
  try {
    encodeValue(value, root, false, destination);
  } catch (found) {
    return found;
  }
  const why = problem instanceof Error ? problem.message : String(problem);
  return new SerializationError(`${root}: can't be cloned: ${why}; pass plain data`, { path: root, cause: problem });
}
