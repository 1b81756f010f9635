import { SerializationError, isHeddleError } from '@heddle/futures/errors';
import { encodeValue } from './encode.js';
import type { Destination } from './walk.js';

/**
 * Explains why a value could not be posted. Only structured clone checks a value that is sent without a copy, and its error names no path.
 * The value is therefore walked once more, as thoroughly as for a copy.
 *
 * @param root - the name of the value in error messages: `args`, `result`
 * @param problem - the error that posting the value threw
 * @returns an error with the path of the part that cannot travel, if the walk finds it
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
