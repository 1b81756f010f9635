/** The part of a Tinypool that the executor uses, and the check that a value is one. */
import { show } from '@heddle/futures/authors';

/** A worker of a {@link TinypoolLike}: a thread or a process. */
export interface TinypoolWorkerLike {
  readonly runtime: string;
  /** The id of the thread, or the process id. */
  readonly threadId: number;
  once(event: 'exit', listener: (exitCode: number | null, signal?: string | null) => void): void;
  terminate(): Promise<unknown>;
}

/** The part of `Tinypool` of tinypool 2 that the executor uses. It stands for the class, whose types only ES modules can import. */
export interface TinypoolLike {
  readonly options: {
    readonly filename: string | null;
    readonly runtime: 'worker_threads' | 'child_process';
    readonly minThreads: number;
    readonly maxThreads: number;
    readonly isolateWorkers?: boolean;
    readonly teardown?: string;
  };
  readonly threads: readonly TinypoolWorkerLike[];
  run(task: unknown, options?: object): Promise<unknown>;
  destroy(): Promise<void>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  off(event: 'error', listener: (error: unknown) => void): unknown;
}

/** The version that the executor is written for. */
const major = '2';

/** @throws TypeError when the value is not a Tinypool of this version, or is a destroyed one */
export function checkPool(value: unknown): asserts value is TinypoolLike {
  const pool = value as Partial<TinypoolLike> | null | undefined;
  if (typeof pool?.run !== 'function' || typeof pool.destroy !== 'function') {
    throw new TypeError(`TinypoolExecutor: pool must be a Tinypool, got ${show(value)}; write new TinypoolExecutor(new Tinypool({ ... }))`);
  }
  const version = versionOf(pool);
  if (version !== undefined && version.split('.')[0] !== major) {
    throw new TypeError(`TinypoolExecutor: pool must be of tinypool ${major}, got one of version ${version}; install tinypool@${major}`);
  }
  const { options, threads } = pool;
  const isRuntime = options?.runtime === 'worker_threads' || options?.runtime === 'child_process';
  if (!isRuntime || !Number.isInteger(options.maxThreads) || !Array.isArray(threads)) {
    throw new TypeError(`TinypoolExecutor: pool must be a Tinypool of tinypool ${major}, got ${show(value)}; is it of another library?`);
  }
  if (hasNoWorkers(pool as TinypoolLike)) throw new TypeError(`TinypoolExecutor: pool ${noWorkers}`);
}

/** What is wrong with a pool that {@link hasNoWorkers}. */
export const noWorkers =
  'has no workers: it was destroyed, or its worker file fails as it loads; make a new Tinypool (while recycleWorkers() runs there are none either: await it)';

/** A Tinypool doesn't tell that it was destroyed, and would start again. A live one has its `minThreads` workers. */
export function hasNoWorkers({ options, threads }: TinypoolLike): boolean {
  return threads.length === 0 && options.minThreads >= 1 && options.isolateWorkers !== true;
}

function versionOf(pool: object): string | undefined {
  try {
    const { version } = pool.constructor as { version?: unknown }; // reads a file, which a bundle may lack
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
