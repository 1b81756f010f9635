import { FutureController, type ChunkOutcome, type ChunkRequest, type Future } from '@heddle/futures';
import { awaitDone, functionName, outcomeOf, watch } from '@heddle/futures/authors';

/** The outcome of one item. */
export type ItemOutcome = { readonly value: unknown } | { readonly error: unknown };

/** Reads the outcome of the only item of a chunk. */
export function readItem(value: unknown): ItemOutcome {
  const { values, failure } = value as ChunkOutcome;
  return failure ?? { value: values[0] };
}

/**
 * Runs each item of a chunk as a task of its own, for decorators that treat items one by one.
 *
 * @param runItem - schedules the item at an index
 * @param read - reads the outcome of an item from the value of its future
 * @returns the future of the chunk
 */
export function splitChunk(
  request: ChunkRequest,
  runItem: (index: number) => Future<unknown>,
  read: (value: unknown) => ItemOutcome,
): Future<unknown> {
  const task = new SplitTask(request, read);
  task.begin(runItem);
  return task.future;
}

/** The first error in the order of the items ends the chunk. Later items that have not begun are cancelled. */
class SplitTask extends FutureController<unknown> {
  readonly #read: (value: unknown) => ItemOutcome;
  readonly #length: number;
  readonly #items: Future<unknown>[] = [];
  readonly #values: unknown[] = [];
  readonly #startedAt = performance.now();
  #left = 0;
  #isRunning = false;
  #failedAt: number;
  #failure: { readonly error: unknown } | undefined;

  constructor({ fn, items, options }: ChunkRequest, read: (value: unknown) => ItemOutcome) {
    super(options.name ?? functionName(fn));
    this.#read = read;
    this.#length = items.length;
    this.#failedAt = items.length;
  }

  begin(runItem: (index: number) => Future<unknown>): void {
    this.#left = this.#length;
    for (let at = 0; at < this.#failedAt; at++) {
      const item = runItem(at);
      this.#items.push(item);
      watch(item, () => {
        this.#ended(at, item);
      });
    }
    this.#skip(this.#length - this.#items.length);
  }

  override onCancel(reason: unknown): boolean {
    this.#left = Infinity; // keeps #skip from settling it: it settles as cancelled
    for (const item of this.#items) item.cancel(reason);
    return true;
  }

  override async onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    const stopped = await Promise.all(this.#items.map((item) => item.abort(reason, { graceMs })));
    return stopped.includes(true);
  }

  override refresh(): void {
    if (this.#isRunning || !this.#items.some((item) => item.running() || item.state === 'finished')) return;
    this.#isRunning = true;
    this.setRunningOrNotifyCancel();
  }

  override onLook(): void {
    for (const item of this.#items) awaitDone(item);
  }

  #ended(at: number, item: Future<unknown>): void {
    const { failed, value } = outcomeOf(item);
    if (failed) item.then(undefined, () => undefined); // marks its failure as retrieved
    const outcome = failed ? { error: value } : this.#read(value);
    if ('value' in outcome) this.#values[at] = outcome.value;
    else this.#failed(at, outcome.error);
    this.#skip(1);
  }

  #failed(at: number, error: unknown): void {
    if (at >= this.#failedAt) return;
    this.#failedAt = at;
    this.#failure = { error };
    for (const later of this.#items.slice(at + 1)) later.cancel('an item before it failed');
  }

  /** This number of items has ended, or will never begin. */
  #skip(count: number): void {
    this.#left -= count;
    if (this.#left > 0 || this.future.done()) return;
    const values = this.#values.slice(0, this.#failedAt);
    this.setResult({ values, failure: this.#failure, elapsedMs: performance.now() - this.#startedAt } satisfies ChunkOutcome);
  }
}
