/**
 * What caller and worker send each other while a task runs. The library carries the payload; each task has a way of its own for the rest.
 *
 *   caller ──TaskPayload──▶ pool.run ──▶ run(payload) of runner-entry.ts
 *          ◀── FromTask, ToTask ──▶        threads: a MessagePort; processes: the channel that Tinypool has for a task
 */
import type { MessagePort } from 'node:worker_threads';
import type { CallerObjectCall } from '@heddle/engine';
import type { FunctionDescriptor } from '@heddle/serialization';

/** A task as it travels. */
export interface TaskMessage {
  readonly descriptor: FunctionDescriptor;
  /** See the flags of the engine's wire.ts. */
  readonly flags: number;
  readonly args: readonly unknown[];
  readonly name: string;
  readonly attempt: number;
}

/** The argument of `pool.run`. It is read when Tinypool posts it. Without a task, the task was withdrawn. */
export type TaskPayload =
  | { readonly port: MessagePort; task: TaskMessage | undefined }
  /** `task` is a packed TaskMessage. */
  | { readonly ticket: number; task: string | undefined };

/** A message on the channel of a process. `text` is a packed FromTask or ToTask. */
export interface ProcessPacket {
  readonly heddle: number;
  readonly text: string;
}

/** From the task to the caller. */
export type FromTask =
  /** The task has ended. */
  | readonly [kind: 'outcome', status: number, value: unknown, elapsedMs: number]
  /** The task has read its signal. */
  | readonly [kind: 'watching']
  /** The worker is about to end, because of an uncaught exception. */
  | readonly [kind: 'crashed', error: unknown]
  | readonly [kind: 'progress', value: unknown, encoded: boolean]
  | readonly [kind: 'call', call: CallerObjectCall];

/** From the caller to the task. */
export type ToTask =
  | readonly [kind: 'abort', reason: unknown, encoded: boolean]
  /** The answer to a call. */
  | readonly [kind: 'reply', callId: number, status: number, value: unknown];
