/** Tasks that block on their nested tasks. A worker imports this module. */
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { currentExecutor, currentTask, isHeddleError, type Executor, type Future } from '@heddle/futures';
import { task } from '@heddle/serialization';
import type { GateToken } from './gate.js';
import { block, failDeep, hold, identity } from './tasks.js';

/** The limit of each wait, in milliseconds, in case of a fault. */
const limitMs = 20_000;

function thisExecutor(): Executor {
  const executor = currentExecutor();
  if (executor === undefined) throw new Error('currentExecutor() is undefined inside a task');
  return executor;
}

/** Blocks on a future, and returns its value or, if it fails, the code of the error. */
function outcomeOf<T>(future: Future<T>): T | string {
  try {
    return future.resultSync(limitMs);
  } catch (error) {
    return isHeddleError(error) ? error.code : String(error);
  }
}

function hasArrived(token: GateToken): boolean {
  return typeof token === 'string' ? existsSync(token) && readdirSync(token).length > 0 : Atomics.load(token, 1) > 0;
}

/** Submits a nested task to its own executor, once for each level, and blocks on it. */
export const nestBlocking: (depth: number) => number = task(import.meta.url, function nestBlocking(depth: number): number {
  return depth === 0
    ? 0
    : 1 +
        thisExecutor()
          .submit(nestBlocking, depth - 1)
          .resultSync(limitMs);
});

export const sumBlocking: (count: number) => number = task(import.meta.url, function sumBlocking(count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++)
    sum += thisExecutor()
      .submit(identity<number>, i)
      .resultSync(limitMs);
  return sum;
});

export const failBlocking: (message: string) => never = task(import.meta.url, function failBlocking(message: string): never {
  return thisExecutor().submit(failDeep, message).resultSync(limitMs);
});

/** Blocks on a task that waits at a gate, and returns its value or the code of the error. */
export const blockOnGate: (token: GateToken) => string = task(import.meta.url, function blockOnGate(token: GateToken): string {
  return outcomeOf(thisExecutor().submit(block<string>, token, 'through'));
});

/** Waits at a gate until it is open, and then blocks on another task. It returns that task's value or the code of the error. */
export const blockAfterGate: (token: GateToken) => string = task(import.meta.url, function blockAfterGate(token: GateToken): string {
  block(token, undefined);
  return outcomeOf(thisExecutor().submit(identity<string>, 'value'));
});

/** Blocks on a future and then awaits it. It returns both outcomes. */
export const blockThenAwait: () => Promise<[string, string]> = task(import.meta.url, async function blockThenAwait(): Promise<
  [string, string]
> {
  const future = thisExecutor().submit(identity<string>, 'value');
  const blocked = outcomeOf(future);
  return [blocked, await future];
});

/** Blocks on a future for a short time, twice, and then until it is done. */
export const blockTwice: (token: GateToken) => Promise<[string, string, string]> = task(
  import.meta.url,
  async function blockTwice(token: GateToken): Promise<[string, string, string]> {
    const future = thisExecutor().submit(hold<string>, token, 'through');
    const codes = [0, 20].map((timeoutMs) => {
      try {
        return future.resultSync(timeoutMs);
      } catch (error) {
        return isHeddleError(error) ? error.code : String(error);
      }
    });
    await thisExecutor().submit(identity<number>, 1); // in between, the worker runs tasks
    return [codes[0] ?? '', codes[1] ?? '', outcomeOf(future)];
  },
);

/** Blocks on a task that has begun on the worker that would block. */
export const blockOnNeighbour: (token: GateToken) => Promise<string> = task(
  import.meta.url,
  async function blockOnNeighbour(token: GateToken): Promise<string> {
    const future = thisExecutor().submit(hold<string>, token, 'through');
    void future.then(undefined, () => undefined); // the task awaits the other one, which thus gets the slot
    while (!hasArrived(token)) await delay(1);
    return outcomeOf(future);
  },
);

/** Listens to its signal, and blocks on a task that waits at a gate. */
export const blockUntilAborted: (token: GateToken) => string = task(import.meta.url, function blockUntilAborted(token: GateToken): string {
  const seen: string[] = [];
  const signal = currentTask()?.signal;
  signal?.addEventListener('abort', () => {
    seen.push('listener');
  });
  try {
    thisExecutor()
      .submit(block<string>, token, 'through')
      .resultSync(limitMs);
  } catch (error) {
    seen.push(String(error));
  }
  return seen.join(', ');
});

/** Blocks on a task that ends its worker, and returns the code of the error. */
export const blockOnCrash: () => string = task(import.meta.url, function blockOnCrash(): string {
  return outcomeOf(thisExecutor().submit(endWorker));
});

export const endWorker: () => never = task(import.meta.url, function endWorker(): never {
  process.exit(3);
});
