/** A task by reference, for smoke.mjs. */
import { task } from 'heddle';

export const triple = task(import.meta.url, function triple(n) {
  return 3 * n;
});
