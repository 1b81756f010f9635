/**
 * The shared executor behind `getReusableExecutor`, one of each kind in a realm: all copies of a package find it on
 * `globalThis`, since "shared" is what its users count on.
 *
 *   nothing there, or broken, or shut down ──▶ made
 *   same options                           ──▶ kept
 *   another maxWorkers only                ──▶ kept, resized
 *   other options                          ──▶ made; the old one finishes its work and lets its workers go
 */
import { isDeepStrictEqual } from 'node:util';
import type { OptionCheck } from '@heddle/futures/authors';
import type { PoolExecutor } from './pool-executor.js';
import { resolveWorkerPoolOptions, type WorkerPoolOptions } from './worker-pool-options.js';

/** How long the idle workers of a shared executor are kept, in milliseconds: as loky's. */
const idleTimeoutMs = 10_000;

/** What tells one kind of shared executor from another. */
export interface ReusableKind<O extends WorkerPoolOptions, E extends PoolExecutor> {
  /** Names it among Heddle's: `ThreadPoolExecutor`. */
  readonly name: string;
  readonly checks: Readonly<Record<string, OptionCheck>>;
  readonly create: (options: O) => E;
}

/** Options as they were when they were given, to be compared by value. */
interface Wanted {
  readonly values: Readonly<Record<string, unknown>>;
  /** Compared by identity, one by one. */
  readonly initargs: readonly unknown[];
}

interface Shared<E> {
  readonly executor: E;
  readonly wanted: Wanted;
}

/**
 * Gives the shared executor of a kind, made, resized or made anew as the options ask for.
 *
 * @throws TypeError, RangeError naming the option; the executor that is there stays as it is then
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

/** Values that their owner may change later, copied: lists, and objects of plain values. What is not given is left out. */
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
