import { setImmediate } from 'node:timers/promises';
import { currentTask } from 'heddle';

/** Numbers that are looked at in one go: then it is the event loop's turn, by which the thread learns that it is to stop. */
const slice = 10_000;

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return n > 1;
}

/** How many primes there are up to `largest`. Runs on a thread, and gives up when its signal aborts. */
export async function countPrimes(largest: number): Promise<number> {
  const signal = currentTask()?.signal;
  let count = 0;
  for (let n = 2; n <= largest; n++) {
    if (isPrime(n)) count += 1;
    if (n % slice === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
  }
  return count;
}
