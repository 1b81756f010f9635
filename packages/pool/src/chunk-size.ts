/**
 * Returns how many items run as one task: four chunks for each worker, rounded up (CPython's `Pool._map_async`).
 *
 * @param length - the number of items
 * @param workers - how many workers there may be
 */
export function chunkSizeFor(length: number, workers: number): number {
  return Math.ceil(length / (4 * workers));
}
