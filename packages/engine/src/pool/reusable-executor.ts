/**
 * The shared executors behind `getReusableExecutor`, one of each kind in a realm. All copies of a package find it on
 * `globalThis`, since its users expect one executor that they share.
 *
 *   none, or broken, or shut down          ──▶ made
 *   same options                           ──▶ kept
 *   another maxWorkers only                ──▶ kept, resized
 *   other options                          ──▶ made; the old one finishes its work and ends its workers
 */
import { isDeepStrictEqual } from 'node:util';
import type { OptionCheck } from '@heddle/futures/authors';
import type { PoolExecutor } from './pool-executor.js';
import { resolveWorkerPoolOptions, type WorkerPoolOptions } from './worker-pool-options.js';

/** How long a shared executor keeps its idle workers, in milliseconds. The value is that of loky. */
const idleTimeoutMs = 10_000;

/** Describes one kind of shared executor. */
export interface ReusableKind<O extends WorkerPoolOptions, E extends PoolExecutor> {
  /** The name of the kind among Heddle's executors: `ThreadPoolExecutor`. */
  readonly name: string;
  readonly checks: Readonly<Record<string, OptionCheck>>;
  readonly create: (options: O) => E;
}

/** The options as they were when they were given, for comparison by value. */
interface Wanted {
  readonly values: Readonly<Record<string, unknown>>;
  /** Compared one by one, by identity. */
  readonly initargs: readonly unknown[];
}

interface Shared<E> {
  readonly executor: E;
  readonly wanted: Wanted;
}

/**
 * Returns the shared executor of a kind. It keeps, resizes or replaces the present one, as the options require.
 *
 * @throws TypeError, RangeError naming the option; the present executor then stays as it is
 */
export function reusableExecutor<O extends WorkerPoolOptions, E extends PoolExecutor>(kind: ReusableKind<O, E>, options: O | undefined): E {
  const given = { ...options, idleTimeoutMs: options?.idleTimeoutMs ?? idleTimeoutMs } as O;
  const { maxWorkers, initargs, ...others } = resolveWorkerPoolOptions('getReusableExecutor', given, kind.checks);
  const wanted: Wanted = { values: snapshot({ ...given, ...others, maxWorkers: undefined, initargs: undefined }), initargs: [...initargs] };

  const key = Symbol.for(`heddle.reusable.${kind.name}`);
  const realm = globalThis as unknown as Record<symbol, Shared<E> | undefined>;
  const present = realm[key];
  const isOpen = present?.executor.statistics().state === 'open';
  if (isOpen && isSame(present.wanted, wanted)) {
    present.executor.resize(maxWorkers);
    return present.executor;
  }
  const executor = kind.create(given);
  realm[key] = { executor, wanted };
  if (isOpen) present.executor.shutdown({ wait: false }).catch(() => undefined);
  return executor;
}

/**
 * Copies the values that their owner may change later: lists, and objects of plain values. Options that are undefined
 * are left out.
 */
function snapshot(values: object): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values) as [string, unknown][]) {
    if (value === undefined) continue;
    if (Array.isArray(value)) copy[name] = value.slice();
    else copy[name] = typeof value === 'object' && value !== null ? snapshot(value) : value;
  }
  return copy;
}

function isSame(a: Wanted, b: Wanted): boolean {
  return (
    isDeepStrictEqual(a.values, b.values) &&
    a.initargs.length === b.initargs.length &&
    a.initargs.every((each, i) => Object.is(each, b.initargs[i]))
  );
}
