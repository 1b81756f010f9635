import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { decodeValue, encodeValue, loadClasses } from '@heddle/serialization';

interface Outcome {
  readonly value?: unknown;
  readonly error?: unknown;
}

const entry = new URL('../../fixtures/thread.mjs', import.meta.url);

/** A thread for tests: runs functions, with what they capture, and gives what they return. */
export class TestThread {
  readonly worker: Worker;
  readonly ended: Promise<unknown>;
  readonly #calls = new Map<number, { resolve: (value: never) => void; reject: (error: unknown) => void }>();
  #count = 0;

  constructor(options: { maxOldGenerationSizeMb?: number } = {}) {
    this.worker = new Worker(entry, { resourceLimits: options, stderr: options.maxOldGenerationSizeMb !== undefined });
    this.ended = once(this.worker, 'exit').catch(() => undefined);
    this.worker.on('message', ({ id, outcome }: { id: number; outcome: unknown }) => {
      void this.#settle(id, outcome);
    });
    this.worker.on('error', () => undefined);
    this.worker.on('exit', () => {
      for (const { reject } of this.#calls.values()) reject(new Error('the thread has ended'));
    });
  }

  /** Runs a function there. */
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    const { value: message } = encodeValue<unknown>([fn, ...args], 'args', false, 'thread');
    const id = this.#count++;
    const called = new Promise<Awaited<R>>((resolve, reject) => this.#calls.set(id, { resolve, reject }));
    called.catch(() => undefined);
    this.worker.postMessage({ id, message });
    return called;
  }

  /** Ends it, whatever it does. */
  async terminate(): Promise<void> {
    await this.worker.terminate();
  }

  async #settle(id: number, message: unknown): Promise<void> {
    await loadClasses(message);
    const outcome = decodeValue(message, 'code') as Outcome;
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if ('error' in outcome) call?.reject(outcome.error);
    else call?.resolve(outcome.value as never);
  }
}
