import { TimeoutError, currentSignal, retry, timeout, type Clock } from 'heddle';
import type { Item } from './tree.js';

export interface ApiOptions {
  readonly url: string;
  /** How long a fetch may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How often one is tried at most. */
  readonly attempts: number;
  /** Where the time of `timeoutMs` comes from: for tests. */
  readonly clock?: Clock;
}

/** The API had an answer, but no good one. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;

  constructor(path: string, status: number) {
    super(`${path} answered ${String(status)}`);
    this.status = status;
  }
}

/** The API, as functions. Whoever is cancelled while he awaits one has his request aborted. */
export class Api {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** @throws HttpError, TimeoutError */
  async topStories(): Promise<number[]> {
    return (await this.#fetch('/topstories')) as number[];
  }

  /** @throws HttpError, TimeoutError */
  async item(id: number): Promise<Item> {
    return (await this.#fetch(`/item/${String(id)}`)) as Item;
  }

  /**
   * Sends a line to the log.
   *
   * @throws HttpError, TimeoutError
   */
  async log(line: string): Promise<void> {
    await this.#fetch('/log', { method: 'POST', body: line });
  }

  /** What may be better next time is tried again. */
  #fetch(path: string, request?: RequestInit): Promise<unknown> {
    return retry(() => this.#fetchInTime(path, request), {
      attempts: this.#options.attempts,
      delayMs: 10,
      retryIf: (error) => error instanceof TimeoutError || (error instanceof HttpError && error.status === 503),
    });
  }

  async #fetchInTime(path: string, request?: RequestInit): Promise<unknown> {
    const { timeoutMs, clock } = this.#options;
    try {
      return await timeout(timeoutMs, () => this.#fetchOnce(path, request), clock && { clock });
    } catch (error) {
      throw error instanceof TimeoutError ? new TimeoutError(`${path} took longer than ${String(timeoutMs)} ms`, { cause: error }) : error;
    }
  }

  async #fetchOnce(path: string, request?: RequestInit): Promise<unknown> {
    const response = await fetch(this.#options.url + path, { ...request, signal: currentSignal() });
    const body = await response.text();
    if (!response.ok) throw new HttpError(path, response.status);
    return JSON.parse(body);
  }
}
