/**
 * Collects tasks for one worker in one message, in the layout of wire.ts. Its counterpart is worker/result-batch.ts.
 *
 *   start ─▶ add, add, ... ─▶ `message` and `transfer` are posted ─▶ clear
 *                                 └─cannot be cloned─▶ forget, forget, ...
 */
import type { FunctionDescriptor } from '@heddle/serialization';
import type { FunctionDefinition, TaskHeader, ToWorker } from './wire.js';
import * as wire from './wire.js';

/** The parts of a task that are written. */
export interface OutgoingTask {
  readonly fn: { readonly id: number; readonly descriptor: FunctionDescriptor };
  /** The flags of wire.ts except `headerFlag` and `packedFlag`. */
  readonly flags: number;
  /** Whether `cargo` is the only argument; otherwise it is the list of arguments. */
  readonly isBare: boolean;
  readonly cargo: unknown;
  readonly args: readonly unknown[];
  readonly settings: TaskSettings | undefined;
}

/** The settings that only few tasks have. */
interface TaskSettings {
  readonly options: { readonly name?: string | undefined; readonly timeoutMs?: number | undefined };
  readonly attempt: number;
  /** The objects to transfer with the arguments. */
  readonly transfer: readonly object[] | undefined;
}

export class BatchWriter {
  /** The functions whose definition the worker has. */
  readonly #known = new Set<number>();
  #message: unknown[] = [];
  #transfer: object[] = [];

  /** Begins a new message for the tasks that follow. */
  start(): void {
    this.#message = [wire.run, 0];
    this.#transfer = [];
  }

  /** Lets the message go once it was posted or refused: an idle worker's writer would keep the last arguments in memory. */
  clear(): void {
    this.#message = [];
    this.#transfer = [];
  }

  get message(): ToWorker {
    return this.#message as unknown as ToWorker;
  }

  /** The objects to transfer with the message. */
  get transfer(): readonly object[] {
    return this.#transfer;
  }

  /** @param ticket - the number that names the task on this worker while it is in flight */
  add(task: OutgoingTask, ticket: number): void {
    const { fn, settings } = task;
    if (!this.#known.has(fn.id)) this.#define(fn.id, fn.descriptor);
    if (settings === undefined) this.#append(task, task.flags, ticket);
    else {
      this.#append(task, task.flags | wire.headerFlag, ticket);
      const { options, attempt, transfer } = settings;
      this.#message.push({ name: options.name, attempt, tellClaim: options.timeoutMs !== undefined } satisfies TaskHeader);
      if (transfer !== undefined) this.#transfer.push(...transfer);
    }
  }

  /**
   * The message was not sent. It may have held the definition of this function, so the next message defines it again.
   */
  forget(fnId: number): void {
    this.#known.delete(fnId);
  }

  #define(id: number, descriptor: FunctionDescriptor): void {
    this.#known.add(id);
    const message = this.#message;
    if (message[1] === 0) message[1] = [];
    (message[1] as FunctionDefinition[]).push([id, descriptor]);
  }

  /** Appends the task's code and arguments. */
  #append({ fn, isBare, cargo }: OutgoingTask, flags: number, ticket: number): void {
    const message = this.#message;
    if (isBare) {
      message.push(wire.taskCode(fn.id, flags, 1, ticket), cargo);
      return;
    }
    const args = cargo as readonly unknown[];
    if (args.length > wire.mostArguments) {
      message.push(wire.taskCode(fn.id, flags | wire.packedFlag, 1, ticket), args);
    } else {
      message.push(wire.taskCode(fn.id, flags, args.length, ticket));
      for (const arg of args) message.push(arg);
    }
  }
}

/**
 * Splits tasks into messages. In the caller, the chunks of one map share one copy of their function's captures. In the
 * worker each needs its own copy, so they travel in separate messages.
 */
export function splitSharedCaptures<T extends OutgoingTask>(tasks: readonly T[]): readonly (readonly T[])[] {
  const shared = wire.closureFlag | wire.chunkFlag;
  if (tasks.length < 2 || !tasks.some(({ flags }) => (flags & shared) === shared)) return [tasks];
  const parts: T[][] = [];
  let seen = new Set<unknown>();
  for (const task of tasks) {
    const [fn] = task.args;
    const isNew = !seen.has(fn);
    if (!isNew) seen = new Set();
    if ((task.flags & shared) === shared) seen.add(fn);
    const last = parts.at(-1);
    if (isNew && last !== undefined) last.push(task);
    else parts.push([task]);
  }
  return parts;
}
