import type { CurrentTask, Executor } from '@heddle/futures';
import type { LocalRun } from '@heddle/futures/authors';
import type { Admission } from './admission.js';
import { SlotHolder, type SuspendedChange } from './slot-holder.js';

/** What a strand needs of its task. */
export interface StrandTask {
  readonly context: CurrentTask;
  readonly executor: Executor;
  readonly admission: Admission;
  readonly priority: number;
  readonly suspended: SuspendedChange;
}

/** One flow of control, with its slot: a task's function, or those of a chunk's items that run one after the other. */
export class Strand extends SlotHolder implements LocalRun {
  readonly task: StrandTask;

  constructor(task: StrandTask) {
    super(task.admission, task.priority, task.suspended);
    this.task = task;
  }

  get context(): CurrentTask {
    return this.task.context;
  }

  get executor(): Executor {
    return this.task.executor;
  }
}
