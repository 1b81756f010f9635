/**
 * Tasks on their way to one worker: collected in one message, as wire.ts describes it. The twin of worker/result-batch.ts.
 *
 *   start ─▶ add, add, ... ─▶ `message` and `transfer` are posted ──can't be cloned──▶ forget, forget, ...
 */
import type { FunctionDescriptor } from '@heddle/serialization';
import type { FunctionDefinition, TaskHeader, ToWorker } from './wire.js';
import * as wire from './wire.js';

/** What is written of a task. */
export interface OutgoingTask {
  readonly fn: { readonly id: number; readonly descriptor: FunctionDescriptor };
  /** The flags of wire.ts but for `headerFlag` and `packedFlag`. */
  readonly flags: number;
  /** Whether `cargo` is the only argument, rather than the list of them. */
  readonly isBare: boolean;
  readonly cargo: unknown;
  readonly args: readonly unknown[];
  readonly settings: TaskSettings | undefined;
}

/** What few tasks have. */
interface TaskSettings {
  readonly options: { readonly name?: string | undefined; readonly timeoutMs?: number | undefined };
  readonly attempt: number;
  /** Objects to move with the arguments. */
  readonly transfer: readonly object[] | undefined;
}

export class BatchWriter {
  /** Functions whose definition the worker has. */
  readonly #known = new Set<number>();
  #message: unknown[] = [];
  #transfer: object[] = [];

  /** A message of its own for the tasks that follow. */
  start(): void {
    this.#message = [wire.run, 0];
    this.#transfer = [];
  }

  get message(): ToWorker {
    return this.#message as unknown as ToWorker;
  }

  /** Objects to move with the message. */
  get transfer(): readonly object[] {
    return this.#transfer;
  }

  /** @param ticket - names the task on this worker while it is in flight */
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

  /** The message did not leave: a definition of this function may have been in it. */
  forget(fnId: number): void {
    this.#known.delete(fnId);
  }

  #define(id: number, descriptor: FunctionDescriptor): void {
    this.#known.add(id);
    const message = this.#message;
    if (message[1] === 0) message[1] = [];
    (message[1] as FunctionDefinition[]).push([id, descriptor]);
  }

  /** The task's code and arguments. */
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

/** Chunks of one map have one copy of what their function captures here; each is to have its own there, so they travel apart. */
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
