/** The two sides of a ledger, whose claims are what the test says. */
import { DurationHistogram } from '@heddle/futures/authors';
import type { CallerLedger, WorkerLedger } from '../protocol/ledger.js';

/** What became of a ticket. */
type Claim = 'sent' | 'claimed' | 'watching' | 'withdrawn';

export class FakeCallerLedger implements CallerLedger {
  running = 0;
  suspended = 0;
  posted = 0;
  watchMs = 0;
  isWorkerAwake = false;
  readonly runTimes: DurationHistogram = new DurationHistogram();
  /** Messages to the worker. */
  rings = 0;
  isGone = false;
  /** Called at each attempt to take a task back: the worker may claim it just then. */
  onWithdraw: (ticket: number) => void = () => undefined;
  readonly #claims = new Map<number, Claim>();

  /** As the worker does. @returns false when the caller has withdrawn the task */
  claim(ticket: number): boolean {
    if (this.#claims.get(ticket) !== 'sent') return false;
    this.#claims.set(ticket, 'claimed');
    return true;
  }

  /** The task looks at its signal. */
  watch(ticket: number): void {
    this.#claims.set(ticket, 'watching');
  }

  place(ticket: number): void {
    if (this.#claims.has(ticket)) throw new Error(`ticket ${String(ticket)} is in use`);
    this.#claims.set(ticket, 'sent');
  }

  unplace(ticket: number): void {
    this.#claims.delete(ticket);
  }

  hasClaimed(ticket: number): boolean {
    const claim = this.#claims.get(ticket);
    return claim === 'claimed' || claim === 'watching';
  }

  isWatching(ticket: number): boolean {
    return this.#claims.get(ticket) === 'watching';
  }

  isWithdrawn(ticket: number): boolean {
    return this.#claims.get(ticket) === 'withdrawn';
  }

  withdraw(ticket: number): boolean {
    this.onWithdraw(ticket);
    if (this.#claims.get(ticket) !== 'sent') return false;
    this.#claims.set(ticket, 'withdrawn');
    return true;
  }

  free(ticket: number): void {
    this.#claims.delete(ticket);
  }

  ring(): void {
    this.rings += 1;
  }

  workerGone(): void {
    this.isGone = true;
    this.running = 0;
    this.suspended = 0;
  }
}

export class FakeWorkerLedger implements WorkerLedger {
  readonly runTimes: DurationHistogram = new DurationHistogram();
  readonly pollsPerLook = 1;
  /** Tickets that the caller has withdrawn. */
  readonly withdrawn: Set<number> = new Set<number>();
  readonly claimed: number[] = [];
  readonly watched: number[] = [];
  isHeld = false;
  isBusy = false;
  suspended = 0;
  messages = 0;
  rings = 0;

  claim(ticket: number): boolean {
    if (this.withdrawn.delete(ticket)) return false;
    this.claimed.push(ticket);
    return true;
  }

  watch(ticket: number): void {
    this.watched.push(ticket);
  }

  hold(isHeld: boolean): void {
    this.isHeld = isHeld;
  }

  suspend(change: 1 | -1): void {
    this.suspended += change;
  }

  setBusy(isBusy: boolean): void {
    if (this.isBusy === isBusy) throw new Error(`it is told twice that the worker is ${isBusy ? 'busy' : 'idle'}`);
    this.isBusy = isBusy;
  }

  posted(): void {
    this.messages += 1;
  }

  bell(): number {
    return this.rings;
  }

  /** Never: time stands still while it spins. */
  startSpinning(): boolean {
    return false;
  }

  stopSpinning(): void {
    // it has not begun
  }
}
