/**
 * Workers that stand still since a task of theirs blocks on a task it has submitted (worker/blocking-task.ts). What was sent to them
 * goes elsewhere. A wait that can never end is refused, so that the others go on:
 *
 *   a wait can end when the task it is for
 *   - has ended,
 *   - runs on a worker that doesn't stand still, or on one whose own wait can end,
 *   - has not begun, and there is a worker that doesn't stand still, or may be one, or will be one since its wait can end.
 */
import { DeadlockError } from '@heddle/futures';
import { encodeValue } from '@heddle/serialization';
import type { TaskRecord } from '../task/task-record.js';
import * as wire from '../protocol/wire.js';
import type { WorkerHandle } from '../crew/worker-handle.js';
import type { WorkerPool } from './worker-pool.js';

/** A wait of a worker. */
export interface BlockedWait {
  /** By which the worker knows it. */
  readonly number: number;
  /** Later ones are greater. */
  readonly order: number;
  /** What it waits for. */
  readonly record: TaskRecord;
  /** The task that waits. */
  readonly name: string;
  isRefused: boolean;
}

export class BlockedWorkers {
  readonly #pool: WorkerPool;
  #count = 0;

  constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  blocked(worker: WorkerHandle, number: number, id: number, word: number): void {
    const record = worker.nested.get(id);
    if (record === undefined) return; // the answer is on its way
    worker.blockedOn = { number, order: ++this.#count, record, name: worker.at(word)?.name ?? worker.name, isRefused: false };
    this.#pool.dispatcher.takeBack(worker);
    this.#pool.dispatcher.dispatch();
    this.check();
  }

  unblocked(worker: WorkerHandle): void {
    worker.blockedOn = undefined;
    this.#pool.dispatcher.rebalance();
  }

  /** Refuses a wait that can never end; to be asked when a worker stands still, when one is gone, when there may be fewer. */
  check(): void {
    const { crew } = this.#pool;
    const blocked = [...crew.workers].filter(({ blockedOn }) => blockedOn !== undefined);
    if (blocked.length === 0) return;
    const isRoom = crew.hasRoomBeside(blocked) || blocked.some((worker) => canEnd(worker, false));
    let last: WorkerHandle | undefined; // it closed the ring
    for (const worker of blocked) {
      if (!canEnd(worker, isRoom) && (last === undefined || orderOf(worker) > orderOf(last))) last = worker;
    }
    if (last?.blockedOn !== undefined) this.#refuse(last, last.blockedOn);
  }

  #refuse(worker: WorkerHandle, wait: BlockedWait): void {
    wait.isRefused = true;
    const { reach, crew } = this.#pool;
    const error = new DeadlockError(
      `task "${wait.name}": resultSync() on task "${wait.record.name}" would wait for ever, since the pool has no worker left to run it: ` +
        `all of them (maxWorkers: ${String(crew.maxWorkers)}) stand still in such waits; await the future, which gives the worker away, or give the pool more workers`,
    );
    worker.post([wire.refused, wait.number, encodeValue(error, 'error', false, reach).value]);
  }
}

/**
 * Whether the wait of a worker can end.
 *
 * @param isRoom - whether tasks that have not begun will
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
