/** Handles each message of a pool's workers. The crew handles the messages about a worker's start. */
import { whenUnblocked } from '@heddle/futures/authors';
import type { Destination, Trust } from '@heddle/serialization';
import type { Crew } from '../crew/crew.js';
import type { Dispatcher } from '../crew/dispatcher.js';
import type { WorkerHandle } from '../crew/worker-handle.js';
import { checkOwnResults } from '../protocol/check-message.js';
import { readOutcome } from '../protocol/read-outcome.js';
import type { ToCaller } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';
import type { Alarms } from '../waiting/alarms.js';
import type { BlockedWorkers } from './blocked-workers.js';
import type { Broadcasts } from './broadcasts.js';
import type { CallerObjectCalls } from './caller-object-calls.js';
import type { NestedTasks } from './nested-tasks.js';
import type { WorkerAnswers } from './worker-answers.js';

/** The parts that the messages are passed to. */
export interface WorkerMessagesParts {
  readonly destination: Destination;
  readonly trust: Trust;
  readonly alarms: Alarms;
  readonly crew: Crew;
  readonly dispatcher: Dispatcher;
  readonly answers: WorkerAnswers;
  readonly callerObjectCalls: CallerObjectCalls;
  readonly nested: NestedTasks;
  readonly blocked: BlockedWorkers;
  readonly broadcasts: Broadcasts;
  /** The pool cannot continue. */
  readonly broken: (cause: unknown) => void;
}

export class WorkerMessages {
  readonly #parts: WorkerMessagesParts;

  constructor(parts: WorkerMessagesParts) {
    this.#parts = parts;
  }

  received(worker: WorkerHandle, message: ToCaller): void {
    const parts = this.#parts;
    parts.dispatcher.answers.arrived();
    switch (message[0]) {
      case wire.results:
        if (parts.destination === 'process') checkOwnResults(message, worker);
        parts.answers.read(worker, message);
        return;
      case wire.suspended:
        parts.callerObjectCalls.awaited(worker, message[1], message.slice(2));
        parts.dispatcher.rebalance();
        return;
      case wire.claimed:
        worker.at(message[1])?.startTimeout(parts.alarms);
        return;
      case wire.progress:
        tellProgress(worker, message[1], message[2], message[3]);
        return;
      case wire.initializerFailed:
        parts.broken(this.#errorOf(message[1]));
        return;
      case wire.call:
        parts.callerObjectCalls.called(worker, message[1]);
        return;
      case wire.nestedSubmit:
        parts.nested.submit(worker, message[1]);
        return;
      case wire.nestedCancel:
        parts.nested.cancel(worker, message[1]);
        return;
      case wire.blocked: {
        const [, wait, id, ticket] = message;
        parts.blocked.blocked(worker, wait, parts.nested.find(worker, id), ticket);
        return;
      }
      case wire.unblocked:
        parts.blocked.unblocked(worker);
        return;
      case wire.crashed:
        worker.lastWords = this.#errorOf(message[1]);
        return;
      case wire.worn:
        worker.wornOut();
        this.stopFeeding(worker);
        return;
      case wire.broadcastDone:
        parts.broadcasts.done(worker, message[1], message[2], message[3]);
        return;
      case wire.ready:
      case wire.initializing:
      case wire.finalizing:
        return; // the crew handles these: see CrewEvents
    }
  }

  /** Stops sending tasks to a worker. It keeps the tasks that it has claimed. */
  stopFeeding(worker: WorkerHandle): void {
    this.#parts.dispatcher.takeBack(worker);
    if (worker.inFlight === 0) this.#parts.crew.ranEmpty(worker);
  }

  #errorOf(value: unknown): unknown {
    return readOutcome(wire.failed | wire.encodedResult, value, this.#parts.trust).value;
  }
}

function tellProgress(worker: WorkerHandle, ticket: number, value: unknown, encoded: boolean): void {
  const tell = worker.at(ticket)?.settings?.onProgress;
  if (tell === undefined) return;
  whenUnblocked(() => {
    tell(value, encoded);
  });
}
