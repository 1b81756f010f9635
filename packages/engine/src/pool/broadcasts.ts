/** Runs functions once on each worker of a pool, beside its tasks: see Executor.broadcast. */
import { addSubmitStack, type SubmitSite } from '@heddle/futures/authors';
import { loadClasses, type Trust } from '@heddle/serialization';
import type { Crew } from '../crew/crew.js';
import { broadcastDiedError } from '../crew/death-errors.js';
import type { WorkerHandle } from '../crew/worker-handle.js';
import type { WorkerExit } from '../protocol/channel.js';
import { readOutcome, type Outcome } from '../protocol/read-outcome.js';
import type { StartFunction } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';

/** The parts of the pool that broadcasts use. */
export interface BroadcastsParts {
  readonly crew: Crew;
  readonly trust: Trust;
  /** A broadcast begins: until `ended`, the pool has work. */
  readonly began: () => void;
  readonly ended: () => void;
  /** @returns the error when no worker could be started */
  readonly noWorker: () => Error;
}

/** One function on one worker. */
interface Sent {
  readonly id: number;
  readonly settle: (outcome: Outcome) => void;
}

export class Broadcasts {
  readonly #parts: BroadcastsParts;
  readonly #sent = new Map<WorkerHandle, Sent[]>();
  #nextId = 0;

  constructor(parts: BroadcastsParts) {
    this.#parts = parts;
  }

  /** @param site - where the user called, for the stacks of errors */
  async run(call: StartFunction, isForLater: boolean, site: SubmitSite): Promise<unknown[]> {
    const { crew, began, ended, noWorker } = this.#parts;
    began();
    try {
      crew.grow(Infinity);
      const workers = [...crew.workers].filter(({ state }) => state === 'starting' || state === 'ready' || state === 'surplus');
      if (isForLater) crew.broadcastLater(call);
      if (workers.length === 0) throw noWorker();
      const outcomes = await Promise.all(workers.map((worker) => this.#send(worker, call)));
      const failure = outcomes.find(({ hasFailed }) => hasFailed);
      if (failure !== undefined) {
        addSubmitStack(failure.value, site);
        throw failure.value;
      }
      return outcomes.map(({ value }) => value);
    } finally {
      ended();
    }
  }

  #send(worker: WorkerHandle, call: StartFunction): Promise<Outcome> {
    const id = this.#nextId++;
    return new Promise((settle) => {
      const sent = this.#sent.get(worker) ?? [];
      sent.push({ id, settle });
      this.#sent.set(worker, sent);
      worker.post([wire.broadcast, id, call]);
    });
  }

  /** A worker has answered. */
  done(worker: WorkerHandle, id: number, status: number, value: unknown): void {
    const { trust } = this.#parts;
    const sent = this.#sent.get(worker) ?? [];
    const at = sent.findIndex((each) => each.id === id);
    const [answered] = at < 0 ? [] : sent.splice(at, 1);
    if (sent.length === 0) this.#sent.delete(worker);
    const settle = (): void => answered?.settle(readOutcome(status, value, trust));
    const loading = (status & wire.encodedResult) === 0 ? undefined : loadClasses(value, trust);
    if (loading === undefined) settle();
    else void loading.then(settle);
  }

  /** A worker has ended: what it had not answered has failed. */
  workerEnded(worker: WorkerHandle, exit: WorkerExit): void {
    const sent = this.#sent.get(worker) ?? [];
    this.#sent.delete(worker);
    for (const { settle } of sent) settle({ hasFailed: true, value: broadcastDiedError(worker, exit) });
  }
}
