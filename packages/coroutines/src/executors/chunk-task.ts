import type { ChunkOutcome, ChunkRequest, ItemList } from '@heddle/futures';
import { isThenable, type SubmitSite } from '@heddle/futures/authors';
import { CoroutineTask, type TaskEvents } from './coroutine-task.js';
import { TaskRun } from './task-run.js';

/**
 * Some items of a map. Each item needs a slot, so items run concurrently. One run executes several items, one after the other, as
 * long as no other task is ahead of this one in the queue. After an error no further item begins; the outcome has the first error
 * in the order of the items.
 *
 *   items   0 1 2 3 4 5 6 7        run a   0 ──▶ 2 ──▶ 3
 *           ────────▲ #next        run b   1 ─────────▶ 4
 */
export class ChunkTask extends CoroutineTask<ChunkRequest> {
  #values: unknown[];
  readonly #length: number;
  /** The first item that was not claimed. */
  #next = 0;
  /** The item that was claimed last. */
  #claimed = 0;
  readonly #runs = new Set<TaskRun>();
  /** The first item that has failed; the number of items while none has. */
  #failedAt: number;
  #failure: { readonly error: unknown } | undefined;
  /** Whether an abort made it skip items. */
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
    const run = new TaskRun(this);
    this.#runs.add(run);
    void this.inRun(run, () => this.#runItems(run));
  }

  override onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    const ended = super.onAbort(reason, graceMs);
    if (this.isWaiting) {
      this.#wasCutShort = true;
      this.#skipRest();
      if (this.#runs.size === 0) this.#ended();
    }
    return ended;
  }

  protected override releaseSlots(): void {
    for (const { slot } of this.#runs) slot.release();
  }

  /** Runs the item that was just claimed, and further ones as long as the run keeps its slot. Never rejects. */
  async #runItems(run: TaskRun): Promise<void> {
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
    } while (run.slot.isHeld && this.slots.claimAgain(this));
    run.slot.release();
    this.#runs.delete(run);
    if (this.#runs.size === 0 && !this.isWaiting) this.#ended();
  }

  #failed(at: number, error: unknown): void {
    if (at > this.#failedAt) return;
    this.#failedAt = at;
    this.#failure = { error };
    if (this.isWaiting) this.#skipRest();
  }

  #skipRest(): void {
    this.#next = this.#length;
    this.slots.withdraw(this);
  }

  #ended(): void {
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
