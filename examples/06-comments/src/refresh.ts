import { every, type Clock, type Task } from 'heddle';
import { countReadable, type Means } from './count.js';

export interface RefreshOptions extends Means {
  readonly stories: readonly number[];
  readonly everyMs: number;
  readonly onCounts: (counts: (number | Error)[]) => void;
  /** Where the time comes from: for tests. */
  readonly clock?: Clock;
}

/**
 * Counts again and again, until the task is cancelled: then a count under way is, too. A count that takes longer than `everyMs` has
 * the next one left out. What can't be read this time may be next time, and ends nothing.
 */
export function refresh({ stories, everyMs, onCounts, clock, ...means }: RefreshOptions): Task<never> {
  return every(
    everyMs,
    async () => {
      onCounts(await countReadable(stories, means));
    },
    clock && { clock },
  );
}
