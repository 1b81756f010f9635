import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { Pool, ThreadPool, type PoolOptions } from '@heddle/pool';
import { createGate, type Gate } from '@heddle/testkit/support';

/** What a test of any pool gets. */
export interface Kit {
  readonly kind: 'processes' | 'threads';
  readonly Constructor: typeof Pool | typeof ThreadPool;
  /** A pool of two workers for all tests of the block, which leave it idle. */
  readonly shared: Pool | ThreadPool;
  /** A pool that is gone when the test is over. */
  make(options?: number | PoolOptions): Pool | ThreadPool;
  /** A gate for `block` and `hold`. */
  gate(): Gate;
}

/** Declares tests for both pools. */
export function describeEachPool(title: string, declare: (kit: Kit) => void): void {
  for (const [kind, Constructor] of [
    ['processes', Pool],
    ['threads', ThreadPool],
  ] as const) {
    describe(`${Constructor.name}: ${title}`, () => {
      let shared: Pool | ThreadPool;
      let pools: (Pool | ThreadPool)[] = [];
      let gates: Gate[] = [];
      beforeAll(() => {
        shared = new Constructor(2);
      });
      afterAll(async () => {
        await shared.terminate();
      });
      afterEach(async () => {
        for (const gate of gates) gate.dispose();
        await Promise.all(pools.map((pool) => pool.terminate()));
        [pools, gates] = [[], []];
      });
      declare({
        kind,
        Constructor,
        get shared() {
          return shared;
        },
        make: (options) => {
          const pool = new Constructor(options);
          pools.push(pool);
          return pool;
        },
        gate: () => {
          const gate = createGate(false); // a folder: for threads and processes alike
          gates.push(gate);
          return gate;
        },
      });
    });
  }
}

/** Numbers from 0. */
export function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

export const square = (n: number): number => n * n;

/** All results of an imap, errors among them, in the order in which they come. */
export async function outcomesOf<R>(results: AsyncIterator<R>): Promise<(R | Error)[]> {
  const outcomes: (R | Error)[] = [];
  for (;;) {
    try {
      const step = await results.next();
      if (step.done === true) return outcomes;
      outcomes.push(step.value);
    } catch (error) {
      outcomes.push(error as Error);
    }
  }
}
