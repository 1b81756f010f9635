import { FutureController, type AnyFunction, type Future, type PushItems, type TaskRequest } from '@heddle/futures';
import { addSubmitStack, type SubmitSite, type TaskTally } from '@heddle/futures/authors';
import { CallerObjects, pushOf, travelsAsIs, type Destination, type Trust } from '@heddle/serialization';
import type { WorkerHandle, PlacedTask } from '../crew/worker-handle.js';
import { encodeTask, type EncodedTask } from '../protocol/encode-task.js';
import * as wire from '../protocol/wire.js';
import { encodeBoundFunction, snapshots, type Snapshot } from '../task/bound-function.js';
import { CallerObjectServer } from '../task/caller-object-server.js';
import type { FunctionEntry, FunctionTable } from '../task/function-table.js';
import { TaskRecord, type TaskOwner } from '../task/task-record.js';
import { settingsOf } from '../task/task-settings.js';

/** The parts of its pool that the intake uses. */
export interface IntakeParts {
  readonly owner: TaskOwner<WorkerHandle>;
  readonly functions: FunctionTable;
  readonly tally: TaskTally;
  readonly destination: Destination;
  readonly trust: Trust;
  /**
   * Returns whether a task accepted now is sent before `submit` returns. The intake calls it only when it would
   * otherwise copy the arguments.
   */
  readonly mayPostNow: () => boolean;
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
    const { owner, functions, destination, trust, mayPostNow } = this.#parts;
    const entry = functions.entry(fn, request.kind === 'stream');
    // The captures are taken before the arguments, whose getters may run the user's code.
    const bound = entry.captures ? this.#bind(fn, entry, request.kind === 'chunk') : undefined;
    let task: EncodedTask | undefined;
    let wireArgs: readonly unknown[];
    if (request.kind === 'call' && allTravelAsIs(request.args)) wireArgs = request.args;
    else {
      task = encodeTask(withPushAsCallerObject(request), mayPostNow, destination, true);
      wireArgs = task.args;
    }
    const server = bound === undefined && task === undefined ? undefined : createServer(bound?.callerObjects, task?.callerObjects, trust);
    const settings = settingsOf(options, task?.transfer, server, attempt, trust);
    const flags = task?.flags ?? 0;
    const isLive = task?.live ?? false;
    return bound !== undefined
      ? new TaskRecord(owner, entry, [bound.boundFunction, ...wireArgs], flags | wire.closureFlag, site, settings, isLive)
      : new TaskRecord(owner, entry, wireArgs, flags, site, settings, isLive);
  }

  /**
   * Copies the arguments of a live record: the worker with room that they were to be posted to has no room any more.
   */
  copyArguments(record: PlacedTask, request: TaskRequest): void {
    const { args: copies } = encodeTask(withPushAsCallerObject(request), () => false, this.#parts.destination, true);
    record.replaceLive(record.fn.captures ? [record.args[0], ...copies] : copies);
  }

  #bind(fn: AnyFunction, { descriptor }: FunctionEntry, isChunk: boolean): Snapshot {
    const snapshot = snapshots.get(fn);
    if (snapshot !== undefined) return snapshot;
    const callerObjects = new CallerObjects(isChunk);
    return { boundFunction: encodeBoundFunction(fn, descriptor, this.#parts.destination, callerObjects), callerObjects };
  }

  /** @returns a failed future for a task that could not be accepted */
  refuse({ fn, options: { name } }: TaskRequest, error: unknown, site: SubmitSite): Future<unknown> {
    // A map submits its later items when there is room for them, far from where the user called it.
    if (error instanceof Error && !/\n\s+at /.test(error.stack ?? '')) addSubmitStack(error, site);
    const controller = new FutureController<unknown>(name ?? (fn.name || 'anonymous'));
    this.#parts.tally.refused += 1;
    controller.setException(error);
    return controller.future;
  }
}

function createServer(
  ofFunction: CallerObjects | undefined,
  ofArguments: CallerObjects | undefined,
  trust: Trust,
): CallerObjectServer | undefined {
  const lists = [ofFunction, ofArguments].filter((each) => each !== undefined && each.byId.size > 0) as CallerObjects[];
  return lists.length > 0 ? new CallerObjectServer(lists, trust) : undefined;
}

/**
 * Returns the request as it travels. The function that takes a stream's values becomes a caller object, which the
 * worker calls.
 */
function withPushAsCallerObject(request: TaskRequest): TaskRequest {
  return request.kind === 'stream' ? { ...request, push: pushOf(request.push) as PushItems } : request;
}

function allTravelAsIs(args: readonly unknown[]): boolean {
  for (const arg of args) if (!travelsAsIs(arg)) return false;
  return true;
}
