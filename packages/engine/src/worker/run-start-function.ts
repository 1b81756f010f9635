/** Runs the functions that a worker runs outside of tasks: its pool's initializer and finalizer, and what is broadcast. */
import { decodeValue, loadClasses, loadFunction, takePendingLoads, type LoadedFunction } from '@heddle/serialization/worker';
import type { StartFunction } from '../protocol/wire.js';
import { whileImporting } from '../task/importing-task.js';

/** Loads such a function and runs it. @throws the error that it throws, or the reason why it cannot be loaded */
export function runStartFunction({ fn, boundFunction, args, encoded }: StartFunction): Promise<unknown> {
  return keptAlive(async () => {
    const loading = loadFunction(fn);
    const loaded = typeof loading === 'function' ? loading : await whileImporting(loading);
    const classes = [boundFunction, encoded ? args : undefined].map((each) => loadClasses(each));
    for (const each of classes) if (each !== undefined) await whileImporting(each);
    const start = boundFunction === undefined ? loaded : (decodeValue(boundFunction, 'code') as LoadedFunction);
    const values = (encoded ? decodeValue(args, 'code') : args) as unknown[];
    await takePendingLoads();
    return await start(...values);
  });
}

/** Keeps the worker alive meanwhile: one that only waits would have no work left, and end. */
export async function keptAlive<T>(work: () => Promise<T>): Promise<T> {
  const alive = setInterval(() => undefined, 2 ** 30);
  try {
    return await work();
  } finally {
    clearInterval(alive);
  }
}
