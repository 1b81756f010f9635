import { startTimer, type StopSignals } from '@heddle/futures/authors';
import type { Monitor } from './monitor.js';
import type { Ending, Waiter } from './waiter.js';

/**
 * Awaits the turn of a waiter. The event loop goes on meanwhile.
 *
 * @param stop - the signals that may end the wait; without it nothing but the time limit does
 * @throws (as a rejection) the error of `stop`
 */
export function awaitTurn(monitor: Monitor, waiter: Waiter, timeoutMs: number | undefined, stop?: StopSignals): Promise<Ending> {
  if (waiter.turn !== undefined) return Promise.resolve(waiter.turn);
  return new Promise((resolve, reject) => {
    const end = (): void => {
      stopTimer();
      stopListening?.();
      monitor.endAwaiting();
    };
    const stopListening = stop?.listen((error) => {
      if (!monitor.withdraw(waiter)) return;
      end();
      reject(error);
    });
    const stopTimer = startTimer(timeoutMs ?? Infinity, () => {
      if (!monitor.withdraw(waiter)) return;
      end();
      resolve('timed out');
    });
    waiter.onTurn = (turn) => {
      end();
      resolve(turn);
    };
    monitor.beginAwaiting();
  });
}
