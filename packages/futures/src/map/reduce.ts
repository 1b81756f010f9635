/**
 * `reduce`: workers fold lists of items, and then lists of their results. The two functions that run there travel by their text, so they use
 * nothing around them.
 */
import type { AnyFunction } from '../executor/task-request.js';
import type { MapOptions, ReduceOptions } from './map-options.js';

/** How many items of an iterable are one task. */
const listSize = 256;
/** How many tasks each worker gets of an array. */
const tasksPerWorker = 4;
/** How many results are folded as one task. */
const mostResults = 64;

type Fn = (item: unknown) => unknown;
type Combine = (left: unknown, right: unknown) => unknown;

/** The part of an executor that folds. */
interface Folder {
  readonly parallelism: number;
  submit<A extends unknown[]>(fn: (...args: A) => unknown, ...args: A): PromiseLike<unknown>;
  starmap<A extends unknown[]>(
    fn: (...args: A) => unknown,
    items: Iterable<A> | AsyncIterable<A>,
    options: MapOptions,
  ): AsyncIterable<unknown>;
}

/** See {@link Executor.reduce}. */
export async function reduceBy(
  executor: Folder,
  fn: AnyFunction,
  combine: AnyFunction,
  items: Iterable<unknown> | AsyncIterable<unknown>,
  options: ReduceOptions<unknown>,
): Promise<unknown> {
  const { chunkSize, bufferSize, initial, ...rest } = options;
  const size = chunkSize ?? (Array.isArray(items) ? Math.ceil(items.length / (tasksPerWorker * executor.parallelism)) : listSize);
  const settings: MapOptions = { ...rest, chunkSize: 1, ...(bufferSize === undefined ? {} : { bufferSize: Math.ceil(bufferSize / size) }) };
  const lists = listsOf(items, Math.max(1, size));
  const calls = Array.isArray(lists) ? lists.map(toCall) : toCalls(lists, toCall);
  function toCall({ list, from }: ItemsFrom): [Fn, Combine, readonly unknown[], number] {
    return [fn as unknown as Fn, combine as unknown as Combine, list, from];
  }
  let folded: unknown[] = initial === undefined ? [] : [initial];
  const fold = async (): Promise<void> => {
    if (folded.length > 1) folded = [await executor.submit(foldResults, combine as unknown as Combine, folded)];
  };
  for await (const result of executor.starmap(foldItems, calls, settings)) {
    folded.push(result);
    if (folded.length >= mostResults) await fold();
  }
  if (folded.length === 0) throw new TypeError('reduce: there are no items, and no initial value; pass { initial }');
  await fold();
  return folded[0];
}

interface ItemsFrom {
  readonly list: readonly unknown[];
  /** The index of its first item among all items. */
  readonly from: number;
}

function listsOf(items: Iterable<unknown> | AsyncIterable<unknown>, size: number): ItemsFrom[] | AsyncGenerator<ItemsFrom> {
  if (!Array.isArray(items)) return listsOfIterable(items, size);
  const lists: ItemsFrom[] = [];
  for (let from = 0; from < items.length; from += size) lists.push({ list: items.slice(from, from + size), from });
  return lists;
}

async function* listsOfIterable(items: Iterable<unknown> | AsyncIterable<unknown>, size: number): AsyncGenerator<ItemsFrom> {
  let from = 0;
  let list: unknown[] = [];
  for await (const item of items) {
    if (list.push(item) < size) continue;
    yield { list, from };
    from += size;
    list = [];
  }
  if (list.length > 0) yield { list, from };
}

async function* toCalls<T, R>(lists: AsyncIterable<T>, toCall: (list: T) => R): AsyncGenerator<R> {
  for await (const list of lists) yield toCall(list);
}

async function foldItems(fn: Fn, combine: Combine, list: readonly unknown[], from: number): Promise<unknown> {
  let result: unknown;
  for (let i = 0; i < list.length; i++) {
    try {
      const value = await fn(list[i]);
      result = i === 0 ? value : await combine(result, value);
    } catch (error) {
      if (error instanceof Error && !Object.hasOwn(error, 'index')) Object.assign(error, { index: from + i });
      throw error;
    }
  }
  return result;
}

async function foldResults(combine: Combine, results: readonly unknown[]): Promise<unknown> {
  let result = results[0];
  for (let i = 1; i < results.length; i++) result = await combine(result, results[i]);
  return result;
}
