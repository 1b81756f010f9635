/** How long a chunk should keep a worker busy, in milliseconds: much longer than a message takes, but short for a consumer. */
const targetMs = 10;
/** How much larger the next chunk may be than the largest that was measured. */
const growth = 16;

/** Decides how many items of a map run as one task, from the time that earlier items took (as joblib's auto batch). */
export class ChunkSizer {
  readonly #fixed: number | undefined;
  readonly #executor: { readonly parallelism: number };
  #itemMs = 0;
  #largestMeasured = 0;

  /**
   * @param fixed - the user's `chunkSize`; `undefined` means that measured times decide
   * @param executor - its `parallelism` is read each time, since it may be resized
   */
  constructor(fixed: number | undefined, executor: { readonly parallelism: number }) {
    this.#fixed = fixed;
    this.#executor = executor;
  }

  /** How many chunks should be under way at once; unlimited when the user gave their size. */
  get inFlight(): number {
    return this.#fixed === undefined ? 2 * this.#executor.parallelism + 1 : Infinity;
  }

  /** @param remaining - the number of items left, if it is known. The last chunks are made smaller, so that all workers end together */
  next(remaining: number | undefined): number {
    if (this.#fixed !== undefined) return this.#fixed;
    if (this.#largestMeasured === 0) return 1;
    const byTime = this.#itemMs > 0 ? targetMs / this.#itemMs : Infinity;
    const fair = remaining === undefined ? Infinity : Math.ceil(remaining / (2 * this.#executor.parallelism));
    return Math.max(1, Math.floor(Math.min(byTime, growth * this.#largestMeasured, fair)));
  }

  /** Takes the time of a chunk that is done into account. */
  measured(items: number, elapsedMs: number): void {
    if (items === 0) return;
    const itemMs = elapsedMs / items;
    this.#itemMs = this.#largestMeasured === 0 ? itemMs : (this.#itemMs + itemMs) / 2;
    this.#largestMeasured = Math.max(this.#largestMeasured, items);
  }
}
