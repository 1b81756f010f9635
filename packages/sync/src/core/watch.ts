/** Tells a thread that doesn't block that it was woken: one `Atomics.waitAsync`, for any number of waiters. */
import { isAsleep, memberAt, wakes, type Words } from './layout.js';

export class Watch {
  #isOn = false;

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Calls back once, in a later turn after the slot was woken. Does nothing while an earlier callback is pending. */
  start(words: Words, slot: number, woken: () => void): void {
    if (this.#isOn) return;
    this.#isOn = true;
    const at = memberAt(slot);
    const seen = Atomics.load(words, at + wakes);
    Atomics.store(words, at + isAsleep, 1);
    const end = (): void => {
      this.#isOn = false;
      Atomics.store(words, at + isAsleep, 0);
      woken();
    };
    const waiting = Atomics.waitAsync(words, at + wakes, seen);
    if (waiting.async) void waiting.value.then(end);
    else queueMicrotask(end);
  }
}
