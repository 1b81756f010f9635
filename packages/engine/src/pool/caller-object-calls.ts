/** Finds the CallerObjectServer of the task that a call comes from. */
import type { Destination } from '@heddle/serialization';
import type { WorkerHandle } from '../crew/worker-handle.js';
import type { CallerObjectCall } from '../protocol/wire.js';
import { answerCall } from '../task/caller-object-server.js';

/** Passes the calls that come from a pool's workers to the tasks they belong to. */
export class CallerObjectCalls {
  readonly #destination: Destination;

  constructor(destination: Destination) {
    this.#destination = destination;
  }

  called(worker: WorkerHandle, call: CallerObjectCall): void {
    const record = worker.at(call.ticket);
    const server = record?.settings?.callerObjectServer;
    if (record === undefined || server === undefined) return; // the caller has given the task up
    answerCall(server, call, this.#destination, (message, transfer) => {
      if (record.worker === worker && worker.state !== 'dead') worker.post(message, transfer);
    });
  }

  /** A task waits for the answers to these calls. */
  awaited(worker: WorkerHandle, ticket: number, callIds: readonly number[]): void {
    if (callIds.length > 0) worker.at(ticket)?.settings?.callerObjectServer?.awaits(callIds);
  }
}
