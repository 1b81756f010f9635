/** Runs the pool's initializer before the first task of a worker. */
import { decodeValue, loadClasses, loadFunction, takePendingLoads, type LoadedFunction } from '@heddle/serialization/worker';
import type { WorkerStart } from '../protocol/channel.js';
import { whileImporting } from '../task/importing-task.js';

/** Loads the pool's initializer and runs it. @throws the error that it throws, or the reason why it cannot be loaded */
export async function runInitializer({ fn, boundFunction, args, encoded }: NonNullable<WorkerStart['initializer']>): Promise<void> {
  const alive = setInterval(() => undefined, 2 ** 30); // otherwise a worker whose initializer waits would have no work left, and end
  try {
    const loading = loadFunction(fn);
    const loaded = typeof loading === 'function' ? loading : await whileImporting(loading);
    const classes = [boundFunction, encoded ? args : undefined].map((each) => loadClasses(each));
    for (const each of classes) if (each !== undefined) await whileImporting(each);
    const initializer = boundFunction === undefined ? loaded : (decodeValue(boundFunction, 'code') as LoadedFunction);
    const values = (encoded ? decodeValue(args, 'code') : args) as unknown[];
    await takePendingLoads();
    await initializer(...values);
  } finally {
    clearInterval(alive);
  }
}
