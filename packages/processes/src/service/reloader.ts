import { describeError, reportError } from '@heddle/futures/authors';

/** Calls a function on request, one call at a time. All requests during a call lead to one more call. */
export class Reloader {
  readonly #reload: () => unknown;
  readonly #begins: () => void;
  readonly #ends: (problem: string | undefined) => void;
  #state: 'idle' | 'running' | 'again' = 'idle';

  /**
   * @param begins - called before each call
   * @param ends - called after each, with the first line of the error if it threw
   */
  constructor(reload: () => unknown, begins: () => void, ends: (problem: string | undefined) => void) {
    this.#reload = reload;
    this.#begins = begins;
    this.#ends = ends;
  }

  request(): void {
    if (this.#state === 'idle') void this.#run();
    else this.#state = 'again';
  }

  async #run(): Promise<void> {
    do {
      this.#state = 'running';
      this.#begins();
      this.#ends(await this.#runOnce());
    } while ((this.#state as 'running' | 'again') === 'again');
    this.#state = 'idle';
  }

  async #runOnce(): Promise<string | undefined> {
    try {
      await this.#reload();
      return undefined;
    } catch (error) {
      reportError('onReload threw; the service goes on', 'HEDDLE_RELOAD_FAILED', error);
      return describeError(error).split('\n')[0];
    }
  }
}
