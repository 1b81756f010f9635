import type { ChunkOutcome } from '@heddle/futures';
import { encodeValue, explainRefusal, travelsAsIs } from '@heddle/serialization/worker';
import type { Endpoint } from '../protocol/channel.js';
import { packNumbers } from '../protocol/encode-task.js';
import type { ToCaller } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';

/** Collects results for the caller. They are posted when the oldest has waited a millisecond, or when work ends. */
export class ResultBatch {
  readonly #endpoint: Endpoint;
  #message: unknown[] = [wire.results, 0];
  #busyMs = 0;
  #oldest = 0;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  get isEmpty(): boolean {
    return this.#message.length === 2;
  }

  /** Returns whether the oldest result has waited long enough. */
  isDue(now: number): boolean {
    return now - this.#oldest >= 1 && !this.isEmpty;
  }

  /** Adds time that tasks took since the last post. The caller sizes its windows by it. */
  busy(elapsedMs: number): void {
    this.#busyMs += elapsedMs;
  }

  /** The worker has skipped a task that the caller had withdrawn. */
  skipped(ticket: number): void {
    this.#message.push(wire.resultCode(ticket, wire.skipped), undefined);
  }

  succeeded(ticket: number, value: unknown, now: number): void {
    if (travelsAsIs(value)) this.#push(ticket, wire.succeeded, value, now);
    else this.#encoded(ticket, wire.succeeded, value, 'result', now);
  }

  chunk(ticket: number, outcome: ChunkOutcome, now: number): void {
    const packed = packNumbers(outcome.values);
    if (packed !== undefined && outcome.failure === undefined) {
      const value: wire.WireChunk = { values: packed, failure: undefined, elapsedMs: outcome.elapsedMs };
      this.#push(ticket, wire.succeeded | wire.chunkResult, value, now);
      this.post([packed.buffer]);
    } else {
      this.#encoded(ticket, wire.succeeded | wire.chunkResult, outcome, 'result', now);
    }
  }

  failed(ticket: number, error: unknown, now: number): void {
    if (travelsAsIs(error)) this.#push(ticket, wire.failed, error, now);
    else this.#encoded(ticket, wire.failed, error, 'thrown value', now);
  }

  /** Posts the results that have been collected. */
  post(transfer?: readonly object[]): void {
    if (this.isEmpty) return;
    const message = this.#message;
    message[1] = this.#busyMs;
    this.#message = [wire.results, 0];
    this.#busyMs = 0;
    this.#endpoint.post(message as unknown as ToCaller, transfer);
  }

  #push(ticket: number, status: number, value: unknown, now: number): void {
    if (this.isEmpty) this.#oldest = now;
    this.#message.push(wire.resultCode(ticket, status), value);
  }

  #encoded(ticket: number, status: number, value: unknown, root: string, now: number): void {
    try {
      const { value: wireValue, encoded, live, transfer } = encodeValue(value, root, true, this.#endpoint.destination);
      const wireStatus = status | (encoded ? wire.encodedResult : 0);
      if (!live && transfer === undefined) {
        this.#push(ticket, wireStatus, wireValue, now);
        return;
      }
      this.post(); // apart from the others, which must not fail if this one cannot be cloned
      this.#push(ticket, wireStatus, wireValue, now);
      this.post(transfer);
    } catch (problem) {
      const { value: error } = encodeValue(
        explainRefusal(value, root, problem, this.#endpoint.destination),
        root,
        false,
        this.#endpoint.destination,
      );
      this.#push(ticket, wire.failed | wire.encodedResult, error, now);
    }
  }
}
