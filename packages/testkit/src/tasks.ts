/** Tasks that the suite sends by reference: a worker imports this module. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { currentExecutor, currentTask, type Executor } from '@heddle/futures';
import { task } from '@heddle/serialization';
import type { GateToken } from './gate.js';
import type { Warning } from './warnings.js';

/** Longer than any test, in milliseconds. A task outlives its test only when the executor under test has lost it. */
const longestMs = 60_000;
const never = new Int32Array(new SharedArrayBuffer(4));
let arrivals = 0;

function arriveAt(token: GateToken): void {
  if (typeof token !== 'string') Atomics.add(token, 1, 1);
  else if (existsSync(token))
    writeFileSync(join(token, `${String(process.pid)}-${Math.random().toString(36).slice(2)}-${String(arrivals++)}`), '');
}

function isOpen(token: GateToken): boolean {
  // A folder that does not exist any more belonged to a test that has ended.
  return typeof token === 'string' ? !existsSync(token) || existsSync(join(token, 'open')) : Atomics.load(token, 0) !== 0;
}

/** Comes to the gate and does not wait. */
export const pass: <T>(token: GateToken, value: T) => T = task(import.meta.url, function pass<T>(token: GateToken, value: T): T {
  arriveAt(token);
  return value;
});

/** An initializer that never ends in the second worker that runs it. */
export const hangSecond: (token: GateToken) => void = task(import.meta.url, function hangSecond(token: GateToken): void {
  arriveAt(token);
  const arrivalsSoFar = typeof token === 'string' ? readdirSync(token).length : Atomics.load(token, 1);
  while (arrivalsSoFar === 2);
});

/** Opens the gate for all tasks, now and later. */
export const openGate: (token: GateToken) => void = task(import.meta.url, function openGate(token: GateToken): void {
  if (typeof token === 'string') {
    if (existsSync(token)) writeFileSync(join(token, 'open'), '');
  } else {
    Atomics.store(token, 0, 1);
    Atomics.notify(token, 0);
  }
});

/** Comes to the gate and blocks the worker until it is open. */
export const block: <T>(token: GateToken, value: T) => T = task(import.meta.url, function block<T>(token: GateToken, value: T): T {
  arriveAt(token);
  const endMs = performance.now() + longestMs;
  while (!isOpen(token)) {
    if (performance.now() > endMs) throw new Error('the gate was never opened');
    if (typeof token === 'string') Atomics.wait(never, 0, 0, 5);
    else Atomics.wait(token, 0, 0, longestMs);
  }
  return value;
});

/** Comes to the gate and waits until it is open, without blocking its thread. */
export const hold: <T>(token: GateToken, value: T) => Promise<T> = task(import.meta.url, async function hold<
  T,
>(token: GateToken, value: T): Promise<T> {
  arriveAt(token);
  const endMs = performance.now() + longestMs;
  while (!isOpen(token)) {
    if (performance.now() > endMs) throw new Error('the gate was never opened');
    await delay(1);
  }
  return value;
});

/** Comes to the gate, and ends when its signal aborts: with `value` if there is one, otherwise it throws the signal's reason. */
export const untilAborted: (token: GateToken, value?: unknown) => Promise<unknown> = task(
  import.meta.url,
  async function untilAborted(token: GateToken, value?: unknown): Promise<unknown> {
    const signal = thisTask().signal;
    arriveAt(token);
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    });
    if (!signal.aborted) await aborted;
    if (value === undefined) signal.throwIfAborted();
    return value;
  },
);

/** Waits in a function of Node's that takes the signal. */
export const delayUntilAborted: (token: GateToken) => Promise<void> = task(
  import.meta.url,
  async function delayUntilAborted(token: GateToken): Promise<void> {
    const { signal } = thisTask();
    arriveAt(token);
    await delay(longestMs, undefined, { signal });
  },
);

/** The properties of the running task, as data. */
export interface TaskFacts {
  readonly id: string;
  readonly name: string;
  readonly workerId: number;
  readonly attempt: number;
  readonly aborted: boolean;
}

export const facts: (...args: unknown[]) => TaskFacts = task(import.meta.url, function facts(): TaskFacts {
  const { id, name, workerId, attempt, signal } = thisTask();
  return { id, name, workerId, attempt, aborted: signal.aborted };
});

/** As {@link facts}, after the gate has opened. */
export const factsAfter: (token: GateToken) => Promise<TaskFacts> = task(
  import.meta.url,
  async function factsAfter(token: GateToken): Promise<TaskFacts> {
    await hold(token, undefined);
    return facts();
  },
);

export const reportEach: (values: readonly unknown[]) => number = task(
  import.meta.url,
  function reportEach(values: readonly unknown[]): number {
    const running = thisTask();
    for (const value of values) running.report(value);
    return values.length;
  },
);

/** Throws deep within named functions, which the stack then shows. */
export const failDeep: (message: string) => never = task(import.meta.url, function failDeep(message: string): never {
  return innermostFrame(message);
});

function innermostFrame(message: string): never {
  throw new RangeError(message);
}

/** Submits a nested task to its own executor, once for each level, and awaits it. */
export const nest: (depth: number) => Promise<number> = task(import.meta.url, async function nest(depth: number): Promise<number> {
  return depth === 0 ? 0 : 1 + (await thisExecutor().submit(nest, depth - 1));
});

/** Submits a nested task that waits at a gate, looks at its future, and ends before it. */
export const leaveBehind: (token: GateToken) => Promise<string> = task(
  import.meta.url,
  async function leaveBehind(token: GateToken): Promise<string> {
    const nested = thisExecutor().submit(hold<string>, token, 'late');
    return await Promise.race([nested, delay(1, 'left')]);
  },
);

export const nestedFailure: (message: string) => Promise<never> = task(
  import.meta.url,
  async function nestedFailure(message: string): Promise<never> {
    return await thisExecutor().submit(failDeep, message);
  },
);

/** Catches the error of a nested task, and returns its properties. */
export const catchNested: (message: string) => Promise<{ name: string; isRangeError: boolean; message: string }> = task(
  import.meta.url,
  async function catchNested(message: string): Promise<{ name: string; isRangeError: boolean; message: string }> {
    try {
      return await thisExecutor().submit(failDeep, message);
    } catch (error) {
      const { name, message: got } = error as Error;
      return { name, isRangeError: error instanceof RangeError, message: got };
    }
  },
);

export const nestedSum: (count: number) => Promise<number> = task(
  import.meta.url,
  async function nestedSum(count: number): Promise<number> {
    const futures = Array.from({ length: count }, (_, i) => thisExecutor().submit(identity, i));
    return (await Promise.all(futures)).reduce((sum, each) => sum + each, 0);
  },
);

export const nestedMap: (items: readonly number[]) => Promise<number[]> = task(
  import.meta.url,
  async function nestedMap(items: readonly number[]): Promise<number[]> {
    return await thisExecutor()
      .map(double, [...items])
      .toArray();
  },
);

export const identity: <T>(value: T) => T = task(import.meta.url, function identity<T>(value: T): T {
  return value;
});

export const double: (n: number) => number = task(import.meta.url, function double(n: number): number {
  return n * 2;
});

let mark: unknown;

/** An initializer that sets a mark, which {@link readMark} finds in the same worker. */
export const setMark: (value: unknown) => void = task(import.meta.url, function setMark(value: unknown): void {
  mark = value;
});

export const readMark: (...args: unknown[]) => unknown = task(import.meta.url, function readMark(): unknown {
  return mark;
});

/**
 * Does not look at what the first callback throws, and calls the second one. Returns the next warning in this worker, which is not printed.
 */
export const callUnseen: (fail: () => Promise<unknown>, settle: () => Promise<unknown>) => Promise<object> = task(
  import.meta.url,
  async function callUnseen(fail: () => Promise<unknown>, settle: () => Promise<unknown>): Promise<object> {
    const printers = process.listeners('warning');
    process.removeAllListeners('warning');
    const warned = new Promise<Warning>((resolve) => process.once('warning', resolve));
    void fail();
    await settle();
    const { code, message, detail } = await warned;
    for (const printer of printers) process.on('warning', printer);
    return { code, message, detail: detail?.split('\n')[0], result: 'whole' };
  },
);

function thisTask(): NonNullable<ReturnType<typeof currentTask>> {
  const running = currentTask();
  if (running === undefined) throw new Error('currentTask() is undefined inside a task');
  return running;
}

function thisExecutor(): Executor {
  const executor = currentExecutor();
  if (executor === undefined) throw new Error('currentExecutor() is undefined inside a task');
  return executor;
}
