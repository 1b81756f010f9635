/** Tasks that block on tasks they submit. A worker imports this module. */
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { currentExecutor, currentTask, isHeddleError, type Executor, type Future } from '@heddle/futures';
import { task } from '@heddle/serialization';
import type { GateToken } from './gate.js';
import { block, failDeep, hold, identity } from './tasks.js';

/** Ends a wait that goes wrong. */
const limitMs = 20_000;

function thisExecutor(): Executor {
  const executor = currentExecutor();
  if (executor === undefined) throw new Error('currentExecutor() is undefined inside a task');
  return executor;
}

/** The code of the error that a wait ends with; its value when it ends with none. */
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

/** Submits to the executor it runs on, once per level, and blocks on that. */
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

/** Blocks on a task that waits at a gate; tells the code of what went wrong. */
export const blockOnGate: (token: GateToken) => string = task(import.meta.url, function blockOnGate(token: GateToken): string {
  return outcomeOf(thisExecutor().submit(block<string>, token, 'through'));
});

/** Comes to a gate, and once that is open blocks on another task; tells the code of what went wrong. */
export const blockAfterGate: (token: GateToken) => string = task(import.meta.url, function blockAfterGate(token: GateToken): string {
  block(token, undefined);
  return outcomeOf(thisExecutor().submit(identity<string>, 'value'));
});

/** Tells how blocking went, and then awaits. */
export const blockThenAwait: () => Promise<[string, string]> = task(import.meta.url, async function blockThenAwait(): Promise<
  [string, string]
> {
  const future = thisExecutor().submit(identity<string>, 'value');
  const blocked = outcomeOf(future);
  return [blocked, await future];
});

/** Waits for a while, and then for good. */
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
    await thisExecutor().submit(identity<number>, 1); // the worker is of use in between
    return [codes[0] ?? '', codes[1] ?? '', outcomeOf(future)];
  },
);

/** Blocks on a task that has begun on the very worker that would stand still. */
export const blockOnNeighbour: (token: GateToken) => Promise<string> = task(
  import.meta.url,
  async function blockOnNeighbour(token: GateToken): Promise<string> {
    const future = thisExecutor().submit(hold<string>, token, 'through');
    void future.then(undefined, () => undefined); // awaits it: so it gets the slot
    while (!hasArrived(token)) await delay(1);
    return outcomeOf(future);
  },
);

/** Heeds its signal, and blocks on a task that waits at a gate. */
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

/** Blocks on a task that ends its worker; tells the code of the error. */
export const blockOnCrash: () => string = task(import.meta.url, function blockOnCrash(): string {
  return outcomeOf(thisExecutor().submit(endWorker));
});

export const endWorker: () => never = task(import.meta.url, function endWorker(): never {
  process.exit(3);
});
