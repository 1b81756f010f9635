/** The worker's end of the way between a task and its caller. */
import type { MessagePort, Transferable } from 'node:worker_threads';
import type { Destination } from '@heddle/serialization/worker';
import { pack, unpack } from './pack.js';
import type { FromTask, ProcessPacket, TaskMessage, TaskPayload, ToTask } from './task-message.js';

export interface TaskEndpoint {
  readonly task: TaskMessage;
  readonly destination: Destination;
  /** @throws when the message cannot be cloned; nothing was sent then */
  post(message: FromTask, transfer?: readonly object[]): void;
  listen(listener: (message: ToTask) => void): void;
  /** The task has ended. What was posted still arrives. */
  close(): void;
}

/** @returns `undefined` for a task that was withdrawn */
export function openEndpoint(payload: TaskPayload): TaskEndpoint | undefined {
  if ('port' in payload) return payload.task === undefined ? undefined : threadEndpoint(payload.task, payload.port);
  return payload.task === undefined ? undefined : processEndpoint(unpack(payload.task) as TaskMessage, payload.ticket);
}

function threadEndpoint(task: TaskMessage, port: MessagePort): TaskEndpoint {
  return {
    task,
    destination: 'thread',
    post: (message, transfer = []) => {
      port.postMessage(message, transfer as readonly Transferable[]);
    },
    listen: (listener) => port.on('message', listener),
    close: () => {
      port.close();
    },
  };
}

function processEndpoint(task: TaskMessage, ticket: number): TaskEndpoint {
  let listener: (message: ToTask) => void = () => undefined;
  const onMessage = (packet: Partial<ProcessPacket> | undefined): void => {
    if (packet?.heddle === ticket) listener(unpack(packet.text ?? '') as ToTask);
  };
  return {
    task,
    destination: 'process',
    post: (message) => {
      const packet: ProcessPacket = { heddle: ticket, text: pack(message) };
      process.send?.(packet, undefined, {}, () => undefined); // the caller may be gone
    },
    listen: (given) => {
      listener = given;
      process.on('message', onMessage);
    },
    close: () => process.off('message', onMessage),
  };
}
