import { decodeValue, loadClasses, type Trust } from '@heddle/serialization/worker';
import * as wire from './wire.js';

/** What a task ended in: with an error, when its value can't be rebuilt here. */
export interface Outcome {
  readonly hasFailed: boolean;
  readonly value: unknown;
}

/** What a task ended in, from a result's status and value. @param trust - in who answered */
export function readOutcome(status: number, value: unknown, trust: Trust = 'code'): Outcome {
  const hasFailed = (status & 3) === wire.failed;
  if ((status & wire.encodedResult) === 0) return { hasFailed, value };
  try {
    return { hasFailed, value: decodeValue(value, trust) };
  } catch (error) {
    return { hasFailed: true, value: error };
  }
}

/** A task whose outcome is here: see TaskRecord. */
interface Answered {
  worker: unknown;
  doom(): void;
}

/**
 * Settles a task whose outcome is here: at once, but for instances whose class is to be loaded first. Until then it is
 * on no worker, and can't be cancelled any more.
 *
 * @returns whether it was settled at once
 */
export function whenReadable<R extends Answered>(
  record: R,
  status: number,
  value: unknown,
  settle: (record: R, status: number, value: unknown) => void,
  trust: Trust,
): boolean {
  const loading = (status & wire.encodedResult) === 0 ? undefined : loadClasses(value, trust);
  if (loading === undefined) {
    settle(record, status, value);
    return true;
  }
  record.worker = undefined;
  record.doom();
  void loading.then(() => {
    settle(record, status, value);
  });
  return false;
}

/**
 * Reads outcomes one after the other: at once, but for instances whose class is to be loaded first, which those after
 * them wait for.
 */
export class OutcomeReader {
  #last: Promise<unknown> | undefined;

  read(status: number, value: unknown, use: (outcome: Outcome) => void): void {
    const loading = (status & wire.encodedResult) === 0 ? undefined : loadClasses(value);
    this.afterwards(() => {
      use(readOutcome(status, value));
    }, loading);
  }

  /** Calls back when what came before has been read. */
  afterwards(use: () => void, loading?: Promise<void>): void {
    if (loading === undefined && this.#last === undefined) {
      use();
      return;
    }
    const turn = Promise.all([this.#last, loading]).then(() => {
      if (this.#last === turn) this.#last = undefined;
      use();
    });
    this.#last = turn;
  }
}
