import { spawn, Worker, type ObservablePromise, type Thread } from 'threads';
import { exposed } from '../exposed.js';

/** Two int32 in shared memory: whether the gate is open, and how many tasks have come to it. */
export type Gate = Int32Array<SharedArrayBuffer>;

/** What fixtures/application.mjs exposes. */
export interface Application {
  add(a: number, b: number): number;
  double(n: number): Promise<number>;
  fail(message: string): never;
  buffer(length: number): ArrayBuffer;
  length(buffer: ArrayBuffer): number;
  never(): Promise<never>;
  spin(): never;
  exit(code: number): never;
  functionResult(): Promise<unknown>;
  functionError(): never;
  functionValues(): ObservablePromise<unknown>;
  ticks(count: number): ObservablePromise<number>;
  failingTicks(): ObservablePromise<string>;
  endless(gate: Gate): ObservablePromise<number>;
  wait(gate: Gate): string;
}

/** References to the functions of fixtures/application.mjs. */
export const application = exposed<Application>();

/** @returns a worker from a file of fixtures. The library takes every path as relative to the file that calls it. */
export function workerOf(name: string): Worker {
  return new Worker(`../../fixtures/${name}.mjs`);
}

/** Starts an application's worker. */
export function start(): Promise<Thread> {
  return spawn(workerOf('application'));
}

export function gate(): Gate {
  return new Int32Array(new SharedArrayBuffer(8));
}

/** Lets the tasks at the gate go on. */
export function open(gate: Gate): void {
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
}
