/** Tinypools for tests, which are destroyed after each test, and gates at which their tasks wait. */
import { afterEach } from '@jest/globals';
import { Tinypool } from 'tinypool';
import type * as tasks from '../../fixtures/tasks.mjs';

/** The worker file of the tests' pools. */
export const tasksFile: string = new URL('../../fixtures/tasks.mjs', import.meta.url).href;
export type Tasks = typeof tasks;

const made: Tinypool[] = [];

afterEach(async () => {
  await Promise.all(made.splice(0).map((pool) => pool.destroy()));
});

/** Makes a Tinypool with the worker file of the tests. */
export function createPool(options: ConstructorParameters<typeof Tinypool>[0] = {}): Tinypool {
  const pool = new Tinypool({ filename: tasksFile, minThreads: 1, maxThreads: 1, ...options });
  made.push(pool);
  return pool;
}

/** The memory of a gate: how many have come, and whether they may go on. */
export function createGate(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(8));
}

/** Not every version of TypeScript's library that the packages are compiled with knows it. */
const { waitAsync } = Atomics as unknown as {
  waitAsync(memory: Int32Array, at: number, value: number): { readonly value: Promise<string> | string };
};

/** Waits until so many tasks have come to the gate. */
export async function arrived(gate: Int32Array, count: number): Promise<void> {
  for (let come = Atomics.load(gate, 0); come < count; come = Atomics.load(gate, 0)) await waitAsync(gate, 0, come).value;
}

export function open(gate: Int32Array): void {
  Atomics.store(gate, 1, 1);
  Atomics.notify(gate, 1);
}
