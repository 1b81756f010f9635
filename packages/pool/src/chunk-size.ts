/**
 * How many items run as one task: four chunks for each worker, rounded up (CPython's `Pool._map_async`).
 *
 * @param length - items in all
 * @param workers - workers at most
 */
export function chunkSizeFor(length: number, workers: number): number {
  return Math.ceil(length / (4 * workers));
}
