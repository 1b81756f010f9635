import { FutureController, type Future, type TaskRequest } from '@heddle/futures';
import { addSubmitStack, type SubmitSite, type TaskTally } from '@heddle/futures/authors';
import type { WorkerHandle, PlacedTask } from '../crew/worker-handle.js';
import { copyArguments, encodeRequest, type RequestRoute } from '../task/encode-request.js';
import type { FunctionTable } from '../task/function-table.js';
import { TaskRecord, type TaskOwner } from '../task/task-record.js';
import { settingsOf } from '../task/task-settings.js';

/** The parts of its pool that the intake uses. */
export interface IntakeParts extends RequestRoute {
  readonly owner: TaskOwner<WorkerHandle>;
  readonly functions: FunctionTable;
  readonly tally: TaskTally;
}

/**
 * Turns requests into records: describes the function, takes the arguments as they are now, and applies the options.
 */
export class Intake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** @throws the reason why the task cannot be accepted: see `refuse` */
  take(request: TaskRequest, site: SubmitSite): PlacedTask {
    const { fn, options, attempt } = request;
    const { owner, functions, trust } = this.#parts;
    const entry = functions.entry(fn, request.kind === 'stream');
    const { args, flags, isLive, transfer, server } = encodeRequest(request, entry, this.#parts);
    return new TaskRecord(owner, entry, args, flags, site, settingsOf(options, transfer, server, attempt, trust), isLive);
  }

  /**
   * Copies the arguments of a live record: the worker with room that they were to be posted to has no room any more.
   */
  copyArguments(record: PlacedTask, request: TaskRequest): void {
    const copies = copyArguments(request, this.#parts.destination);
    record.replaceLive(record.fn.captures ? [record.args[0], ...copies] : copies);
  }

  /** @returns a failed future for a task that could not be accepted */
  refuse(request: TaskRequest, error: unknown, site: SubmitSite): Future<unknown> {
    this.#parts.tally.refused += 1;
    return refusedFuture(request, error, site);
  }
}

/** A failed future for a task that could not be accepted. */
export function refusedFuture({ fn, options: { name } }: TaskRequest, error: unknown, site: SubmitSite): Future<unknown> {
  // A map submits its later items when there is room for them, far from where the user called it.
  if (error instanceof Error && !/\n\s+at /.test(error.stack ?? '')) addSubmitStack(error, site);
  const controller = new FutureController<unknown>(name ?? (fn.name || 'anonymous'));
  controller.setException(error);
  return controller.future;
}
