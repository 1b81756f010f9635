/** The functions that a worker was sent, by their numbers. */
import type { FunctionDescriptor } from '@heddle/serialization';
import { loadFunction, type LoadedFunction } from '@heddle/serialization/worker';
import { whileImporting } from '../task/importing-task.js';
import { taskName } from '../task/task-name.js';

/** A function of the worker. It is ready, or being loaded. */
export interface Loaded {
  fn: LoadedFunction | undefined;
  loading: Promise<LoadedFunction> | undefined;
  /** Why the function cannot run. The error is in an object, since any value can be thrown. */
  problem: { readonly error: unknown } | undefined;
  name: string;
  /** 'sync' until the function returns a promise. Only a sync function needs no async context of its own. */
  mode: 'unknown' | 'sync' | 'async';
  /**
   * The longest recent run in milliseconds, which decays slowly. Before a run that may be long, the worker posts the
   * results that wait.
   */
  longestMs: number | undefined;
}

export class WorkerFunctions {
  readonly #functions: (Loaded | undefined)[] = [];

  define(id: number, descriptor: FunctionDescriptor): void {
    const loaded: Loaded = {
      fn: undefined,
      loading: undefined,
      problem: undefined,
      name: taskName(descriptor),
      mode: 'unknown',
      longestMs: undefined,
    };
    this.#functions[id] = loaded;
    try {
      const fn = loadFunction(descriptor);
      if (typeof fn === 'function') loaded.fn = fn;
      else loaded.loading = whileImporting(fn);
    } catch (error) {
      loaded.problem = { error };
    }
    loaded.loading?.then(
      (fn) => {
        loaded.fn = fn;
      },
      () => undefined,
    );
  }

  at(id: number): Loaded {
    const loaded = this.#functions[id];
    if (loaded === undefined) throw new Error(`protocol: task of an unknown function ${String(id)}`);
    return loaded;
  }
}

/** Waits until a task can begin: for its function, and for the classes of its arguments. */
export async function whenLoaded(loaded: Loaded, classes: Promise<void> | undefined): Promise<LoadedFunction> {
  if (classes !== undefined) await whileImporting(classes);
  return loaded.fn ?? ((await loaded.loading) as LoadedFunction);
}
