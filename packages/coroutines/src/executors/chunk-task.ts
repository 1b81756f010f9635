import type { ChunkOutcome, ChunkRequest, ItemList } from '@heddle/futures';
import { isThenable, type SubmitSite } from '@heddle/futures/authors';
import { CoroutineTask, type TaskEvents } from './coroutine-task.js';
import { Strand } from './strand.js';

/**
 * Some items of a map. Each takes a slot of its own, so they run beside each other; one strand runs several of them in
 * turn as long as nothing else goes first. The first error, in the order of the items, ends it: what has not begun doesn't.
 *
 *   items   0 1 2 3 4 5 6 7        strand a   0 ──▶ 2 ──▶ 3
 *           ────────▲ #next        strand b   1 ─────────▶ 4
 */
export class ChunkTask extends CoroutineTask<ChunkRequest> {
  #values: unknown[];
  readonly #length: number;
  /** The first item that nobody has begun. */
  #next = 0;
  /** The item that was claimed last. */
  #claimed = 0;
  readonly #strands = new Set<Strand>();
  /** The first item that failed, so far. */
  #failedAt: number;
  #failure: { readonly error: unknown } | undefined;
  /** Whether items were left out since somebody aborts it. */
  #wasCutShort = false;

  constructor(events: TaskEvents, request: ChunkRequest, site: SubmitSite) {
    super(events, request, site);
    this.#length = request.items.length;
    this.#values = new Array<unknown>(this.#length);
    this.#failedAt = this.#length;
  }

  get isWaiting(): boolean {
    return this.#next < this.#length && !this.future.done();
  }

  claim(): boolean {
    this.#claimed = this.#next++;
    return this.#next < this.#length;
  }

  run(): void {
    if (!this.isRunning) this.begin();
    const strand = new Strand(this);
    this.#strands.add(strand);
    void this.runStrand(strand, () => this.#runItems(strand));
  }

  override onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    const ended = super.onAbort(reason, graceMs);
    if (this.isWaiting) {
      this.#wasCutShort = true;
      this.#leaveOutRest();
      if (this.#strands.size === 0) this.#over();
    }
    return ended;
  }

  protected override endStrands(): void {
    for (const strand of this.#strands) strand.end();
  }

  /** From the item that was claimed just now, as long as the strand may go on. Never rejects. */
  async #runItems(strand: Strand): Promise<void> {
    const { request } = this;
    if (request === undefined) return;
    const { fn, spread } = request;
    const call = fn as (...args: unknown[]) => unknown;
    const items = request.items as ItemList;
    do {
      const at = this.#claimed;
      try {
        const value = spread ? call(...(items[at] as unknown[])) : call(items[at]);
        this.#values[at] = isThenable(value) ? await value : value;
      } catch (error) {
        this.#failed(at, error);
      }
    } while (strand.holdsSlot && this.admission.mayGoOn(this));
    strand.end();
    this.#strands.delete(strand);
    if (this.#strands.size === 0 && !this.isWaiting) this.#over();
  }

  #failed(at: number, error: unknown): void {
    if (at > this.#failedAt) return;
    this.#failedAt = at;
    this.#failure = { error };
    if (this.isWaiting) this.#leaveOutRest();
  }

  #leaveOutRest(): void {
    this.#next = this.#length;
    this.admission.withdraw(this);
  }

  #over(): void {
    const [values, failure] = [this.#values, this.#failure];
    this.#values = [];
    if (this.future.done()) {
      this.settle(failure !== undefined, failure?.error);
    } else if (failure === undefined ? this.#wasCutShort : this.gaveWay(failure.error)) {
      this.setAborted();
    } else {
      values.length = this.#failedAt;
      if (failure !== undefined) this.addSite(failure.error);
      this.settle(false, { values, failure, elapsedMs: this.ranMs } satisfies ChunkOutcome);
    }
  }
}
