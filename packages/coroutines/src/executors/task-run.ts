import type { CurrentTask, Executor } from '@heddle/futures';
import type { LocalRun, WorkerValues } from '@heddle/futures/authors';
import type { SlotQueue } from './slot-queue.js';
import { Slot, type SuspendedChange } from './slot.js';

/** The task as its runs see it. */
export interface RunTask {
  readonly context: CurrentTask;
  readonly executor: Executor;
  readonly slots: SlotQueue;
  readonly priority: number;
  readonly suspended: SuspendedChange;
  readonly workerValues: WorkerValues;
}

/** One run of a task's code, and its slot: the call, or the items of a chunk that run one after the other. */
export class TaskRun implements LocalRun {
  readonly task: RunTask;
  readonly slot: Slot;

  /** The queue has just granted the slot. */
  constructor(task: RunTask) {
    this.task = task;
    this.slot = new Slot(task.slots, task.priority, task.suspended);
  }

  get context(): CurrentTask {
    return this.task.context;
  }

  get executor(): Executor {
    return this.task.executor;
  }

  get workerValues(): WorkerValues {
    return this.task.workerValues;
  }
}
