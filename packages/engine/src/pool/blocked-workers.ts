/**
 * Workers that are blocked, since a task of theirs blocks on a task that it has submitted (worker/blocking-task.ts).
 * Their unclaimed tasks go to other workers. The pool refuses a wait that can never end, so that the other tasks
 * continue.
 *
 *   a wait can end when the task it is for
 *   - has ended,
 *   - runs on a worker that is not blocked, or on one whose own wait can end,
 *   - has not begun, and some worker is not blocked, or may start, or has a wait that can end.
 */
import { DeadlockError } from '@heddle/futures';
import { encodeValue, type Destination } from '@heddle/serialization';
import type { Crew } from '../crew/crew.js';
import type { Dispatcher } from '../crew/dispatcher.js';
import type { BlockedWait, PlacedTask, WorkerHandle } from '../crew/worker-handle.js';
import * as wire from '../protocol/wire.js';

export class BlockedWorkers {
  readonly #crew: Crew;
  readonly #dispatcher: Dispatcher;
  readonly #destination: Destination;
  #count = 0;

  constructor(crew: Crew, dispatcher: Dispatcher, destination: Destination) {
    this.#crew = crew;
    this.#dispatcher = dispatcher;
    this.#destination = destination;
  }

  /**
   * A worker is blocked.
   *
   * @param number - the number by which the worker identifies the wait
   * @param record - the task that the wait is for; undefined when its outcome is already on the way to the worker
   * @param ticket - the ticket of the task that waits
   */
  blocked(worker: WorkerHandle, number: number, record: PlacedTask | undefined, ticket: number): void {
    if (record === undefined) return;
    worker.blockedOn = { number, order: ++this.#count, record, name: worker.at(ticket)?.name ?? worker.name, isRefused: false };
    this.#dispatcher.takeBack(worker);
    this.#dispatcher.dispatch();
    this.check();
  }

  unblocked(worker: WorkerHandle): void {
    worker.blockedOn = undefined;
    this.#dispatcher.rebalance();
  }

  /**
   * Refuses a wait that can never end. To be called when a worker blocks or ends, and when there may be fewer workers.
   */
  check(): void {
    const crew = this.#crew;
    const blocked = [...crew.workers].filter(({ blockedOn }) => blockedOn !== undefined);
    if (blocked.length === 0) return;
    const isRoom = crew.hasRoomBeside(blocked) || blocked.some((worker) => canEnd(worker, false));
    let last: WorkerHandle | undefined; // the latest wait: it closed the ring
    for (const worker of blocked) {
      if (!canEnd(worker, isRoom) && (last === undefined || orderOf(worker) > orderOf(last))) last = worker;
    }
    if (last?.blockedOn !== undefined) this.#refuse(last, last.blockedOn);
  }

  #refuse(worker: WorkerHandle, wait: BlockedWait): void {
    wait.isRefused = true;
    const error = new DeadlockError(
      `task "${wait.name}": resultSync() on task "${wait.record.name}" would wait for ever, since the pool has no worker left to run it: ` +
        `all of them (maxWorkers: ${String(this.#crew.maxWorkers)}) stand still in such waits; await the future, which gives the worker away, or give the pool more workers`,
    );
    worker.post([wire.refused, wait.number, encodeValue(error, 'error', false, this.#destination).value]);
  }
}

/**
 * Returns whether the wait of a worker can end.
 *
 * @param isRoom - whether tasks that have not begun will run
 * @param seen - workers that wait for this one
 */
function canEnd(worker: WorkerHandle, isRoom: boolean, seen = new Set<WorkerHandle>()): boolean {
  const wait = worker.blockedOn;
  if (wait === undefined || wait.isRefused) return true;
  if (seen.has(worker)) return false;
  const { future, worker: runsOn } = wait.record;
  if (future.state === 'pending') return isRoom;
  return runsOn === undefined || canEnd(runsOn, isRoom, seen.add(worker));
}

function orderOf({ blockedOn }: WorkerHandle): number {
  return blockedOn?.order ?? 0;
}
