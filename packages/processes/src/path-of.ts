import { InvalidStateError } from '@heddle/futures';
import type { OwnFile } from '@heddle/serialization/worker';

/**
 * Returns the path of one of Heddle's files, for a process to run.
 *
 * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when it is an asset of a single executable application
 */
export function pathOf(file: OwnFile): string {
  if ('path' in file) return file.path;
  throw new InvalidStateError(
    'processes run a file, not an asset of a single executable application: put the files that npx heddle-files copies beside the application, or use threads',
  );
}
