import {
  MessageChannel,
  receiveMessageOnPort,
  type MessagePort,
  type ResourceLimits,
  type Transferable,
  type Worker,
} from 'node:worker_threads';
import { explainDenied, type WorkerExit } from '@heddle/engine';
import { ownFile, type OwnFile } from '@heddle/serialization/worker';
import { startWorker } from './start-worker.js';
import type { BeginMessage, ThreadWorkerData, ToStarter, ToThread } from './thread-protocol.js';
import { registry, type ThreadPlace } from './thread-registry.js';
import { threadState, type StartedWorker } from './thread-state.js';

/** Returns the file that the build makes of thread-entry.ts and all its imports: see tools/bundle.mjs. */
const entry = (): OwnFile => ownFile('heddle-threads-thread.cjs', () => new URL('./heddle-threads-thread.cjs', import.meta.url));

export interface ThreadWorkerEvents {
  message(message: Exclude<ToStarter, { kind: 'needed' }>): void;
  /** Called once, after the last message. */
  exit(exit: WorkerExit): void;
}

/** The worker of a Thread, as its starter sees it. */
export class ThreadWorker implements StartedWorker {
  readonly place: ThreadPlace;
  readonly ident: number;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #events: ThreadWorkerEvents;
  #isNeeded: boolean;
  #isHeld = false;
  #error: unknown;

  /**
   * @param transfer - objects to move with the first message
   * @throws the error when the first message cannot be cloned, or no worker can be started
   */
  constructor(
    place: ThreadPlace,
    begin: BeginMessage,
    transfer: readonly object[],
    resourceLimits: ResourceLimits | undefined,
    events: ThreadWorkerEvents,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    try {
      port1.postMessage(begin, transfer as readonly Transferable[]);
      const workerData: ThreadWorkerData = { place, port: port2 };
      this.#worker = startWorker(entry(), {
        name: begin.name,
        workerData,
        transferList: [port2],
        ...(resourceLimits === undefined ? {} : { resourceLimits }),
      });
    } catch (problem) {
      port1.close();
      throw explainDenied(problem);
    }
    this.place = place;
    this.ident = this.#worker.threadId;
    registry.setIdent(place, this.ident);
    this.#events = events;
    this.#isNeeded = !begin.daemon;
    port1.on('message', (message: ToStarter) => {
      this.#told(message);
    });
    port1.on('messageerror', (error: Error) => {
      this.#error ??= error;
    });
    port1.unref();
    this.#worker.on('error', (error: unknown) => {
      this.#error ??= error;
    });
    this.#worker.on('exit', (exitCode) => {
      this.#exited(exitCode);
    });
    threadState.started.add(this);
    this.#keep();
  }

  /** Whether the program must not end before this worker. */
  get isNeeded(): boolean {
    return this.#isNeeded;
  }

  post(message: ToThread, transfer: readonly object[] = []): void {
    this.#port.postMessage(message, transfer as readonly Transferable[]);
  }

  /** Delivers the messages that have already arrived, now rather than from the event loop. */
  receive(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port))
      this.#told(next.message as ToStarter);
  }

  /**
   * Returns whether the other end of the port is closed, as it is when the thread is dead. Where the runtime does not
   * tell, returns false.
   */
  isGone(): boolean {
    return (this.#port as { postMessage(message: unknown): unknown }).postMessage(undefined) === false;
  }

  hold(): void {
    this.#isHeld = true;
    this.#keep();
  }

  #told(message: ToStarter): void {
    if ('kind' in message && message.kind === 'needed') {
      this.#isNeeded = message.isNeeded;
      this.#keep();
    } else {
      this.#events.message(message);
    }
  }

  #exited(exitCode: number): void {
    this.receive();
    this.#port.close();
    registry.removeWithStarted(this.place, this.ident);
    this.#isNeeded = false;
    threadState.started.delete(this);
    this.#events.exit({ exitCode, error: this.#error });
    threadState.onNeeded?.();
  }

  #keep(): void {
    if (this.#isNeeded || this.#isHeld) this.#worker.ref();
    else this.#worker.unref();
    threadState.onNeeded?.();
  }
}
