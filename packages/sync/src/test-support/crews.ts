/**
 * Who uses an object in a test: the same behaviour is asked of async functions of one thread, of threads that await, and of
 * threads that block.
 */
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { until } from '@heddle/testkit/support';
import { TestThread } from './test-thread.js';

/** The operations that wait, in the form that suits the crew: functions that capture it can go to threads. */
export interface Forms {
  readonly acquire: (lock: Acquirable, timeoutMs?: number) => boolean | Promise<boolean>;
  readonly wait: (object: Waitable, timeoutMs?: number) => unknown;
}

interface Acquirable {
  acquire(options?: { timeoutMs?: number }): Promise<boolean>;
  acquireSync(timeoutMs?: number): boolean;
}

interface Waitable {
  wait(options?: { timeoutMs?: number }): Promise<unknown>;
  waitSync(timeoutMs?: number): unknown;
}

const awaiting: Forms = {
  acquire: (lock, timeoutMs) => lock.acquire(timeoutMs === undefined ? {} : { timeoutMs }),
  wait: (object, timeoutMs) => object.wait(timeoutMs === undefined ? {} : { timeoutMs }),
};

const blocking: Forms = {
  acquire: (lock, timeoutMs) => lock.acquireSync(timeoutMs),
  wait: (object, timeoutMs) => object.waitSync(timeoutMs),
};

export interface Crew {
  readonly forms: Forms;
  /** Runs a function as one of them, 0 to 3. */
  run<R>(member: number, fn: () => R): Promise<Awaited<R>>;
}

const size = 4;

/** The threads of a test file. */
export function threadsOfFile(): readonly TestThread[] {
  const threads: TestThread[] = [];
  beforeAll(() => {
    for (let i = 0; i < size; i++) threads.push(new TestThread());
  });
  afterAll(async () => {
    await Promise.all(threads.map((thread) => thread.terminate()));
  });
  return threads;
}

/** Describes behaviour that all crews have to show. */
export function describeCrews(threads: readonly TestThread[], body: (crew: Crew) => void): void {
  const inThreads = <R>(member: number, fn: () => R): Promise<Awaited<R>> => (threads[member] as TestThread).run(fn);
  describe('async functions of one thread', () => {
    body({ forms: awaiting, run: async <R>(_member: number, fn: () => R): Promise<Awaited<R>> => await fn() });
  });
  describe('threads that await', () => {
    body({ forms: awaiting, run: inThreads });
  });
  describe('threads that block', () => {
    body({ forms: blocking, run: inThreads });
  });
}

/** How many wait for an object, as it shows itself. */
export function waiting(object: object): number {
  return Number(/waiting: (\d+)/.exec(inspect(object))?.[1]);
}

/** Resolves when so many wait for an object. */
export function untilWaiting(object: object, count: number): Promise<void> {
  return until(`${String(count)} to wait for ${inspect(object)}`, () => waiting(object) === count);
}

/** Counters that threads share. */
export function counters(count: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4 * count));
}
