/**
 * The signal that `pool.run` is given: one listener, for one task. Tinypool takes it for the AbortSignal of an event emitter. It costs less
 * than an AbortController, and what Tinypool throws in its listener does not end the program.
 */
export class KillSwitch {
  readonly aborted = false;
  #listener: (() => void) | undefined;

  once(_name: 'abort', listener: () => void): void {
    this.#listener = listener;
  }

  off(): void {
    this.#listener = undefined;
  }

  /** Makes Tinypool give the task up. */
  turn(): void {
    const listener = this.#listener;
    this.#listener = undefined;
    try {
      listener?.();
    } catch {
      // Tinypool has the task in another queue than it looks in; the payload is empty by then.
    }
  }
}
