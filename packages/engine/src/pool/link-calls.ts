/** Answers the calls that a pool's tasks make of what stayed with their caller: see task/open-links.ts. */
import type { Destination } from '@heddle/serialization';
import type { WorkerHandle } from '../crew/worker-handle.js';
import type { LinkCall } from '../protocol/wire.js';
import { answerCall } from '../task/open-links.js';

export class LinkCalls {
  readonly #destination: Destination;

  constructor(destination: Destination) {
    this.#destination = destination;
  }

  called(worker: WorkerHandle, call: LinkCall): void {
    const record = worker.at(call.ticket);
    const links = record?.settings?.links;
    if (record === undefined || links === undefined) return; // it has been given up
    answerCall(links, call, this.#destination, (message, transfer) => {
      if (record.worker === worker && worker.state !== 'dead') worker.post(message, transfer);
    });
  }

  /** A task waits for the answers to calls of its. */
  awaited(worker: WorkerHandle, ticket: number, callIds: readonly number[]): void {
    if (callIds.length > 0) worker.at(ticket)?.settings?.links?.awaits(callIds);
  }
}
