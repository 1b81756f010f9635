import type * as CliProgress from 'cli-progress';
import { checkOptions, durationMs, integerFrom, ofType, oneOf, show, type OptionCheck } from '@heddle/futures/authors';
import { barDisplay } from './bars.js';
import { noDisplay, type Display, type DisplayFacts } from './display.js';
import { linesDisplay } from './lines.js';

/** Options of {@link withProgress}. */
export interface ProgressOptions {
  /** The text before the bar. @defaultValue 'progress' */
  label?: string;
  /** The number of all items. @defaultValue that of the map, if it knows it */
  total?: number;
  /**
   * What is shown. 'auto' is a bar on a terminal if `cli-progress` is installed, and lines elsewhere.
   * @defaultValue 'auto'
   */
  show?: 'auto' | 'bar' | 'lines' | 'none';
  /** How much time is between two lines, at least, in milliseconds. @defaultValue 5000 */
  intervalMs?: number;
  /** Where it is shown. @defaultValue process.stderr */
  stream?: NodeJS.WriteStream;
}

/** What is counted: the results of `map`, `starmap`, `stream` or `asCompleted`, or any other items. */
export type ProgressSource<T> = AsyncIterable<T> | Iterable<T>;

/** The same items, which are counted as they are read. */
export interface ProgressResults<T> extends AsyncIterableIterator<T> {
  /** All results that were not read yet. */
  toArray(): Promise<T[]>;
}

/** @param report - takes the values that tasks `report()`: for `with({ onProgress: report })` */
type SourceOf<T> = (report: (progress: unknown) => void) => ProgressSource<T>;

const checks: Readonly<Record<string, OptionCheck>> = {
  label: ofType('string'),
  total: integerFrom(0),
  show: oneOf('auto', 'bar', 'lines', 'none'),
  intervalMs: durationMs,
  stream: ofType('object'),
};

/**
 * Shows the progress of an iteration while it is read: how many items, how many a second, how much time is left. On a terminal it is a bar; bars
 * that are shown at the same time share the terminal, and the cursor is back after Ctrl-C. Elsewhere, as in logs, it is a line now and then.
 *
 * An item counts when it is read. Errors and an early end of the loop pass through to the results and end the bar.
 *
 * @param source - the results; or a function that gets `report`, to show what tasks report, and returns the results
 * @param options - see {@link ProgressOptions}
 * @returns the same items
 * @throws TypeError when the source cannot be iterated, or for a wrong option; 'bar' without `cli-progress` rejects at the first item
 * @example
 * ```ts
 * import { withProgress } from '@heddle/progress';
 * import { ThreadPoolExecutor } from '@heddle/threads';
 *
 * await using pool = new ThreadPoolExecutor();
 * const squares = await withProgress(pool.map((n: number) => n * n, [1, 2, 3]), { label: 'squares', show: 'none' }).toArray();
 * console.log(squares); // [ 1, 4, 9 ]
 * ```
 */
export function withProgress<T>(source: ProgressSource<T> | SourceOf<T>, options: ProgressOptions = {}): ProgressResults<T> {
  checkOptions('withProgress', options, checks);
  return new CountedResults(source, options);
}

class CountedResults<T> implements ProgressResults<T> {
  readonly #options: ProgressOptions;
  readonly #items: AsyncIterator<T> | Iterator<T>;
  readonly #total: number | undefined;
  #display: Promise<Display> | undefined;
  #shown: Display = noDisplay;
  #note = '';
  #done = 0;
  #isOver = false;

  constructor(source: ProgressSource<T> | SourceOf<T>, options: ProgressOptions) {
    const items = typeof source === 'function' ? source((progress) => this.#report(progress)) : source;
    const iterable = items as Partial<AsyncIterable<T> & Iterable<T>> | null | undefined;
    const iterator = iterable?.[Symbol.asyncIterator]?.() ?? iterable?.[Symbol.iterator]?.();
    if (iterator === undefined) throw new TypeError(`withProgress: the source must be iterable, got ${show(items)}`);
    this.#items = iterator;
    this.#options = options;
    const { total = (items as { readonly total?: unknown }).total } = options;
    this.#total = typeof total === 'number' ? total : undefined;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    this.#display ??= this.#show();
    await this.#display;
    try {
      const step = await this.#items.next();
      if (step.done === true) {
        this.#end(true);
        return { done: true, value: undefined };
      }
      this.#done += 1;
      this.#shown.update(this.#done);
      return { done: false, value: step.value };
    } catch (error) {
      this.#end(false);
      throw error;
    }
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#end(false);
    await this.#items.return?.();
    return { done: true, value: undefined };
  }

  async toArray(): Promise<T[]> {
    const items: T[] = [];
    for await (const item of this) items.push(item);
    return items;
  }

  async #show(): Promise<Display> {
    const { label = 'progress', stream = process.stderr, show: what = 'auto', intervalMs = 5000 } = this.#options;
    const facts: DisplayFacts = { label, total: this.#total, stream };
    const now = (): number => performance.now();
    const cliProgress = what === 'bar' || (what === 'auto' && stream.isTTY) ? await loadCliProgress(what === 'bar') : undefined;
    if (what === 'none') this.#shown = noDisplay;
    else if (cliProgress !== undefined) this.#shown = barDisplay(cliProgress, facts, now);
    else this.#shown = linesDisplay(facts, intervalMs, now);
    this.#shown.note(this.#note);
    return this.#shown;
  }

  #report(progress: unknown): void {
    this.#note = typeof progress === 'object' && progress !== null ? JSON.stringify(progress) : String(progress);
    if (!this.#isOver) this.#shown.note(this.#note);
  }

  #end(isComplete: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#shown.end(this.#done, isComplete);
  }
}

async function loadCliProgress(isNeeded: boolean): Promise<typeof CliProgress | undefined> {
  try {
    const { default: module } = (await import('cli-progress')) as unknown as { readonly default: typeof CliProgress }; // it is CommonJS
    return module;
  } catch (cause) {
    if (!isNeeded) return undefined;
    throw new TypeError(
      "withProgress: { show: 'bar' } needs the package cli-progress; install it (npm install cli-progress), or show 'lines'",
      {
        cause,
      },
    );
  }
}
