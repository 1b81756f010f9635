import { Executor, InvalidStateError } from '@heddle/futures';
import { checkOptions, ofType } from '@heddle/futures/authors';
import { tasksOf, type TasksOf } from '@heddle/serialization';
import { ownFile } from '@heddle/serialization/worker';
import { TinypoolBackend } from './tinypool-backend.js';
import { checkPool, type TinypoolLike } from './tinypool-like.js';

/** Options of {@link TinypoolExecutor}. */
export interface TinypoolExecutorOptions {
  /**
   * Whether the pool belongs to the executor: `shutdown` then destroys it. Otherwise the pool is left as it was found.
   * @defaultValue false
   */
  own?: boolean;
}

const checks = { own: ofType('boolean') };

/**
 * The Executor interface over an application's own Tinypool: its workers run the tasks, beside what the application itself gives to
 * `pool.run`. Threads and child processes.
 *
 * @example
 * ```ts
 * import { Tinypool } from 'tinypool';
 * import { TinypoolExecutor } from '@heddle/tinypool';
 *
 * const pool = new Tinypool({ runtime: 'worker_threads', maxThreads: 2 });
 * await using executor = new TinypoolExecutor(pool, { own: true });
 * console.log(await executor.submit((a: number, b: number) => a + b, 1, 2)); // 3
 * ```
 */
export class TinypoolExecutor extends Executor {
  readonly #pool: TinypoolLike;

  /**
   * @param pool - a Tinypool of tinypool 2
   * @param options - see {@link TinypoolExecutorOptions}
   * @throws TypeError when `pool` is no such Tinypool or has no workers, as a destroyed one; for a wrong option
   */
  constructor(pool: TinypoolLike, options?: TinypoolExecutorOptions) {
    checkPool(pool);
    checkOptions('TinypoolExecutor', options, checks);
    super(new TinypoolBackend(pool, options?.own ?? false, runnerPath()));
    this.#pool = pool;
  }

  /**
   * Returns typed references to the functions that the pool's own worker file (`filename`) exports, for `submit` and `map`. Only workers
   * load the file. A reference takes any number of arguments; `pool.run` passes one.
   *
   * @typeParam M - the file's type, `typeof import('./worker.js')`
   * @returns an object with a reference for every name; an export that is missing shows when a task runs
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when the pool has no `filename`
   * @example
   * ```ts
   * import { Tinypool } from 'tinypool';
   * import { TinypoolExecutor } from '@heddle/tinypool';
   *
   * const executor = new TinypoolExecutor(new Tinypool({ filename: 'node:path' }));
   * const { basename } = executor.tasks<typeof import('node:path')>();
   * export const names: string[] = await executor.map(basename, ['/a/b', '/a/c']).toArray();
   * ```
   */
  tasks<M>(): TasksOf<M> {
    const { filename } = this.#pool.options;
    if (filename === null) {
      throw new InvalidStateError(
        'TinypoolExecutor.tasks: the Tinypool has no filename; give it one, or name the module: tasksOf(new URL("./worker.js", import.meta.url))',
      );
    }
    return tasksOf<M>(filename);
  }
}

function runnerPath(): string {
  const file = ownFile('heddle-tinypool-runner.cjs', () => new URL('./heddle-tinypool-runner.cjs', import.meta.url));
  if ('path' in file) return file.path;
  throw new InvalidStateError(
    'TinypoolExecutor: Tinypool starts its workers from files, which a single executable application does not have',
  );
}
