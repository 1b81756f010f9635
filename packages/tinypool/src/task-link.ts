/**
 * The caller's end of the way between a task and its caller. It also makes what `pool.run` is given.
 *
 * Tinypool hands `channel` to the worker right before it posts the task, and keeps it there: this is how the executor learns that a task
 * begins, and which worker runs it.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { MessageChannel, receiveMessageOnPort, type MessagePort, type Transferable } from 'node:worker_threads';
import type { Destination } from '@heddle/serialization';
import { pack, unpack } from './pack.js';
import type { FromTask, ProcessPacket, TaskMessage, TaskPayload, ToTask } from './task-message.js';
import type { TinypoolLike, TinypoolWorkerLike } from './tinypool-like.js';

/** The events of a task. */
export interface LinkEvents {
  /** Tinypool is about to post the task to a worker. */
  begins(): void;
  message(message: FromTask): void;
}

export interface TaskLink {
  readonly payload: TaskPayload;
  readonly transferList: readonly object[];
  /** Stands for the task at its worker. */
  readonly channel: object;
  post(message: ToTask, transfer?: readonly object[]): void;
  /**
   * Delivers the messages that have arrived, now rather than from the event loop.
   *
   * @returns a promise where only the event loop can do so
   */
  receive(): Promise<void> | undefined;
  close(): void;
}

let lastTicket = 0;

export function openLink(
  destination: Destination,
  task: TaskMessage,
  transfer: readonly object[] | undefined,
  events: LinkEvents,
): TaskLink {
  return destination === 'thread' ? new ThreadLink(task, transfer ?? [], events) : new ProcessLink(task, events);
}

/** @returns the worker that a task with this channel was posted to; `undefined` when Tinypool has removed it */
export function workerOf(pool: TinypoolLike, channel: object): TinypoolWorkerLike | undefined {
  return pool.threads.find((worker) => (worker as { channel?: unknown }).channel === channel);
}

class ThreadLink implements TaskLink {
  readonly payload: TaskPayload;
  readonly transferList: readonly object[];
  readonly channel: object;
  readonly #port: MessagePort;
  readonly #events: LinkEvents;

  constructor(task: TaskMessage, transfer: readonly object[], events: LinkEvents) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#events = events;
    this.payload = { port: port2, task };
    this.transferList = [port2, ...transfer];
    this.channel = {
      get onMessage(): undefined {
        events.begins(); // Tinypool looks whether there is one, which threads may not have
        return undefined;
      },
    };
    port1.on('message', (message: FromTask) => {
      events.message(message);
    });
  }

  post(message: ToTask, transfer: readonly object[] = []): void {
    this.#port.postMessage(message, transfer as readonly Transferable[]);
  }

  receive(): undefined {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      this.#events.message(next.message as FromTask);
    }
  }

  close(): void {
    this.#port.close();
  }
}

class ProcessLink implements TaskLink {
  readonly payload: TaskPayload;
  readonly transferList: readonly object[] = [];
  readonly channel: object;
  readonly #ticket = ++lastTicket;
  #send: ((packet: ProcessPacket) => void) | undefined;
  #isOpen = true;

  constructor(task: TaskMessage, events: LinkEvents) {
    this.payload = { ticket: this.#ticket, task: pack(task) };
    this.channel = {
      onMessage: (send: (packet: ProcessPacket) => void) => {
        this.#send = send;
        events.begins();
      },
      postMessage: (packet: Partial<ProcessPacket> | undefined) => {
        if (this.#isOpen && packet?.heddle === this.#ticket) events.message(unpack(packet.text ?? '') as FromTask);
      },
    };
  }

  post(message: ToTask): void {
    if (this.#isOpen) this.#send?.({ heddle: this.#ticket, text: pack(message) });
  }

  /** Waits for a whole turn of the event loop, which reads the pipe. */
  async receive(): Promise<void> {
    await turn();
    await turn();
  }

  close(): void {
    this.#isOpen = false;
  }
}
