import { InvalidStateError } from '@heddle/futures/errors';
import { leftAlone } from './check-blocking.js';
import { isAsleep, memberAt, wakes } from './layout.js';
import type { Monitor } from './monitor.js';
import { nextPause, pauses } from './pauses.js';
import type { Ending, Waiter } from './waiter.js';
import { watchFor, watchMs } from './watch-for.js';

/**
 * Blocks this thread until the turn of a waiter.
 *
 * @param method - for messages
 * @throws InvalidStateError where threads may not block, and when it has no time limit and all other threads that could end it have ended
 */
export function blockForTurn(monitor: Monitor, waiter: Waiter, method: string, timeoutMs: number | undefined): Ending {
  const wakesAt = memberAt(monitor.me - 1) + wakes;
  const startMs = performance.now();
  const endMs = startMs + (timeoutMs ?? Infinity);
  let { firstMs: pauseMs } = pauses;
  let patrolMs = startMs + pauseMs;
  for (;;) {
    const seen = Atomics.load(monitor.words, wakesAt);
    monitor.look();
    if (waiter.turn !== undefined) return waiter.turn;
    const nowMs = performance.now();
    if (nowMs >= endMs) {
      if (monitor.withdraw(waiter)) return 'timed out';
      continue; // Its turn has come.
    }
    if (nowMs >= patrolMs) {
      monitor.patrol();
      if (endMs === Infinity && monitor.isAlone() && monitor.withdraw(waiter)) throw leftAlone(monitor, method);
      pauseMs = nextPause(pauseMs);
      patrolMs = nowMs + pauseMs;
    } else if (!watchFor(() => Atomics.load(monitor.words, wakesAt) !== seen, Math.min(startMs + watchMs, endMs))) {
      sleep(monitor, waiter, seen, Math.min(endMs, patrolMs) - nowMs, method);
    }
  }
}

function sleep(monitor: Monitor, waiter: Waiter, seen: number, ms: number, method: string): void {
  const { words } = monitor;
  const at = memberAt(monitor.me - 1);
  Atomics.store(words, at + isAsleep, 1);
  try {
    Atomics.wait(words, at + wakes, seen, ms);
  } catch (cause) {
    monitor.withdraw(waiter);
    throw new InvalidStateError(`${method}: this thread may not block; await the form without Sync`, { cause });
  } finally {
    Atomics.store(words, at + isAsleep, monitor.isWatching ? 1 : 0);
  }
}
