import { decodeValue, inThisRealm, loadClasses, type Trust } from '@heddle/serialization/worker';
import * as wire from './wire.js';

/** The outcome of a task. It is an error when the value cannot be rebuilt here. */
export interface Outcome {
  readonly hasFailed: boolean;
  readonly value: unknown;
}

/** Reads an outcome from a result's status and value. @param trust - how far this side trusts the sender */
export function readOutcome(status: number, value: unknown, trust: Trust = 'code'): Outcome {
  const hasFailed = (status & 3) === wire.failed;
  if ((status & wire.encodedResult) === 0) return { hasFailed, value: inThisRealm(value) };
  try {
    return { hasFailed, value: decodeValue(value, trust) };
  } catch (error) {
    return { hasFailed: true, value: error };
  }
}

/** The part of a TaskRecord that is needed while its outcome waits for classes. */
interface Answered {
  worker: unknown;
  sealAgainstCancel(): void;
}

/**
 * Settles a task whose outcome has arrived: at once, or when the classes of its instances have been loaded. Meanwhile
 * the task is on no worker, and cannot be cancelled any more.
 *
 * @returns whether the task was settled at once
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
  record.sealAgainstCancel();
  void loading.then(() => {
    settle(record, status, value);
  });
  return false;
}

/**
 * Reads outcomes in order. An outcome with instances whose class has to be loaded waits for that, and later outcomes
 * wait for it.
 */
export class OutcomeReader {
  #last: Promise<unknown> | undefined;

  read(status: number, value: unknown, use: (outcome: Outcome) => void): void {
    const loading = (status & wire.encodedResult) === 0 ? undefined : loadClasses(value);
    this.afterwards(() => {
      use(readOutcome(status, value));
    }, loading);
  }

  /** Calls `use` when all earlier outcomes have been read. */
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
