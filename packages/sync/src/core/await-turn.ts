import { startTimer } from '@heddle/futures/authors';
import { AbortError } from '@heddle/futures/errors';
import type { WaitLimits } from '../wait-limits.js';
import type { Monitor } from './monitor.js';
import type { Ending, Waiter } from './waiter.js';
import { whenAborted } from './when-aborted.js';

/**
 * Awaits the turn of a waiter. The event loop goes on.
 *
 * @param method - for messages
 * @throws (as a rejection) AbortError
 */
export function awaitTurn(monitor: Monitor, waiter: Waiter, method: string, { timeoutMs = Infinity, signal }: WaitLimits = {}): Promise<Ending> {
  if (waiter.turn !== undefined) return Promise.resolve(waiter.turn);
  return new Promise((resolve, reject) => {
    const end = (): void => {
      stopTimer();
      stopListening?.();
      monitor.endAwaiting();
    };
    const stopListening = signal && whenAborted(signal, () => {
      if (!monitor.withdraw(waiter)) return;
      end();
      reject(new AbortError(`${method} was aborted`, { cause: signal.reason }));
    });
    const stopTimer = startTimer(timeoutMs, () => {
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
