/**
 * The objects that the tasks of one worker share, such as a connection: made at first use, disposed when the worker ends. Where tasks run in
 * the caller, each executor has such objects of its own.
 */
import { InvalidStateError } from '../errors/errors.js';
import { reportError } from '../helpers/report.js';
import { isThenable } from '../helpers/thenable.js';

/** For authors of executors. */
export class WorkerValues {
  readonly #made = new Map<string, { readonly value: unknown }>();
  readonly #beingMade = new Set<string>();

  /**
   * Returns the object of this id, and makes it if this worker has none. When `create` throws, or the promise that it returned rejects, the next
   * call tries again.
   *
   * @throws what `create` throws; InvalidStateError (`HEDDLE_INVALID_STATE`) when `create` asks for the object that it makes
   */
  get(id: string, create: () => unknown): unknown {
    const known = this.#made.get(id);
    if (known !== undefined) return known.value;
    if (this.#beingMade.has(id)) {
      throw new InvalidStateError('perWorker: the function that makes the object asks for that object; make it without its own result');
    }
    this.#beingMade.add(id);
    try {
      const made = { value: create() };
      this.#made.set(id, made);
      if (isThenable(made.value)) {
        made.value.then(undefined, () => {
          if (this.#made.get(id) === made) this.#made.delete(id);
        });
      }
      return made.value;
    } finally {
      this.#beingMade.delete(id);
    }
  }

  get isEmpty(): boolean {
    return this.#made.size === 0;
  }

  /** Disposes all objects, the last first: by `Symbol.asyncDispose`, `Symbol.dispose` or `close`. An error is reported, and the rest follows. */
  async dispose(): Promise<void> {
    const made = [...this.#made.values()].reverse();
    this.#made.clear();
    for (const { value } of made) {
      try {
        await disposeOne(await value);
      } catch (error) {
        reportError('perWorker: an object could not be disposed', 'HEDDLE_FINALIZER_FAILED', error);
      }
    }
  }
}

interface Disposable {
  readonly [Symbol.asyncDispose]?: () => PromiseLike<unknown>;
  readonly [Symbol.dispose]?: () => unknown;
  readonly close?: () => unknown;
}

async function disposeOne(value: unknown): Promise<void> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
  const object = value as Disposable;
  for (const name of [Symbol.asyncDispose, Symbol.dispose, 'close'] as const) {
    if (typeof object[name] !== 'function') continue;
    await object[name]();
    return;
  }
}
