import { isHeddleError, type Executor, type Service } from 'heddle';
import { countPrimes } from './primes.js';

/** What a request is answered with. */
export interface Answer {
  readonly code: number;
  readonly text: string;
}

/** What it takes to answer. */
export interface Means {
  /** Does the counting. */
  readonly pool: Executor;
  /** Up to where. */
  readonly largest: number;
  readonly status: Service['status'];
}

/** Answers `/primes/N` and `/block/MS`. */
export async function answer(path: string, { pool, largest, status }: Means): Promise<Answer> {
  const [, route, number] = /^\/(primes|block)\/(\d{1,15})$/.exec(path) ?? [];
  const n = Number(number);
  if (route === undefined) return { code: 404, text: 'ask for /primes/1000' };
  if (route === 'block') {
    await status(`blocked for ${String(n)} ms`);
    block(n);
    await status('free again');
    return { code: 200, text: 'at last' };
  }
  if (n > largest) return { code: 400, text: `${String(n)} is too large: at most ${String(largest)}` };
  try {
    return { code: 200, text: `${String(await pool.submit(countPrimes, n))} primes up to ${String(n)}` };
  } catch (error) {
    if (isHeddleError(error, 'HEDDLE_ABORTED') || isHeddleError(error, 'HEDDLE_CANCELLED')) return { code: 503, text: 'stopping' };
    throw error;
  }
}

/** What one should never do: nothing else happens meanwhile, and the watchdog is not fed. */
function block(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}
