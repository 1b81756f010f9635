import { FutureController, QueueFullError, type AnyFunction, type Future, type PushItems, type TaskRequest } from '@heddle/futures';
import { addSubmitStack, type SubmitSite } from '@heddle/futures/authors';
import { Links, pushOf, travelsAsIs } from '@heddle/serialization';
import { encodeTask, type EncodedTask } from '../protocol/encode-task.js';
import type { FunctionEntry } from '../task/function-table.js';
import { checkNotImporting } from '../task/importing-task.js';
import { OpenLinks } from '../task/links.js';
import { encodeOwn, snapshots, type Snapshot as Own } from '../task/own-function.js';
import { attachOptions } from '../task/task-extras.js';
import { TaskRecord } from '../task/task-record.js';
import * as wire from '../protocol/wire.js';
import type { WorkerPool } from './worker-pool.js';

/** What the intake needs to know of the dispatcher. */
export interface Gate {
  canPostNow(): boolean;
}

/** Makes records of requests: describes the function, takes the arguments as they are now, applies the options. */
export class Intake {
  readonly #pool: WorkerPool;
  readonly #name: string;
  readonly #gate: Gate;

  constructor(pool: WorkerPool, name: string, gate: Gate) {
    this.#pool = pool;
    this.#name = name;
    this.#gate = gate;
  }

  /**
   * @returns the record, and whether its arguments are the user's own objects, to be posted before `submit` returns;
   * or a future that has failed, when the task can't travel
   */
  take(request: TaskRequest, site: SubmitSite): { record: TaskRecord; live: boolean } | Future<unknown> {
    const { fn, options } = request;
    checkNotImporting(this.#name, 'submits work');
    let entry: FunctionEntry;
    let task: EncodedTask | undefined;
    let own: Own | undefined;
    let wireArgs: readonly unknown[];
    try {
      entry = this.#pool.functions.entry(fn, request.kind === 'stream');
      // Before the arguments, whose getters may run the user's code.
      if (entry.captures) own = this.#own(fn, entry, request.kind === 'chunk');
      if (request.kind === 'call' && allTravelAsIs(request.args)) wireArgs = request.args;
      else {
        task = encodeTask(withLinkedPush(request), () => this.#gate.canPostNow(), this.#pool.reach, true);
        wireArgs = task.args;
      }
    } catch (error) {
      return this.#refused(fn, options.name, error, site);
    }
    const links = [own?.links, task?.links].filter((each) => each !== undefined && each.byId.size > 0) as Links[];
    const extras = attachOptions(
      options,
      task?.transfer,
      links.length > 0 ? new OpenLinks(links, this.#pool.trust) : undefined,
      request.attempt,
      this.#pool.trust,
    );
    const flags = task?.flags ?? 0;
    const record =
      own !== undefined
        ? new TaskRecord(this.#pool, entry, [own.own, ...wireArgs], flags | wire.closureFlag, site, extras)
        : new TaskRecord(this.#pool, entry, wireArgs, flags, site, extras);
    return { record, live: task?.live ?? false };
  }

  /** Copies the arguments after all: the room they were to be posted to is gone. */
  copyArguments(record: TaskRecord, request: TaskRequest): void {
    const { args: copies } = encodeTask(withLinkedPush(request), () => false, this.#pool.reach, true);
    record.args = record.fn.captures ? [record.args[0], ...copies] : copies;
  }

  #own(fn: AnyFunction, { descriptor }: FunctionEntry, isChunk: boolean): Own {
    const snapshot = snapshots.get(fn);
    if (snapshot !== undefined) return snapshot;
    const links = new Links(isChunk);
    return { own: encodeOwn(fn, descriptor, this.#pool.reach, links), links };
  }

  /** The error of a task that finds the queue full. */
  queueFull(record: TaskRecord): QueueFullError {
    const { crew, options } = this.#pool;
    const full = `${this.#name} has as many tasks as ${String(crew.maxWorkers)} workers and a queue of ${String(options.maxQueueSize)} hold`;
    return new QueueFullError(`task "${record.name}" was not accepted: ${full}; wait for some to finish, or use map, which waits`);
  }

  #refused(fn: AnyFunction, name: string | undefined, error: unknown, site: SubmitSite): Future<unknown> {
    // A map's later items are submitted when there is room for them, far from where it was called.
    if (error instanceof Error && !/\n\s+at /.test(error.stack ?? '')) addSubmitStack(error, site);
    const controller = new FutureController<unknown>(name ?? (fn.name || 'anonymous'));
    this.#pool.tally.refused += 1;
    controller.setException(error);
    return controller.future;
  }
}

/** The request as it travels: what takes a stream's values stays here, and the worker calls it. */
function withLinkedPush(request: TaskRequest): TaskRequest {
  return request.kind === 'stream' ? { ...request, push: pushOf(request.push) as PushItems } : request;
}

function allTravelAsIs(args: readonly unknown[]): boolean {
  for (const arg of args) if (!travelsAsIs(arg)) return false;
  return true;
}
