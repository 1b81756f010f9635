import { SerializationError } from '@heddle/futures';
import { bundleProblem } from '@heddle/futures/authors';

/** @throws SerializationError (`HEDDLE_SERIALIZATION`) when this package is part of an application's bundle: see bundleProblem */
export function checkBundle(what: string): void {
  const problem = bundleProblem(import.meta.url, 'threads/dist/bundle/', what);
  if (problem !== undefined) throw new SerializationError(problem);
}
