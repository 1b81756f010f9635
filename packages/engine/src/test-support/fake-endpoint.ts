/**
 * The caller's end of a worker's loop, by hand. Its tasks are functions of this realm, which the test gives: they are sent as globals.
 *
 *   FakeCaller.start ─▶ run, send ...  ─▶ `messages`, `results`  ─▶ end
 */
import type { Transferable } from 'node:worker_threads';
import type { AnyFunction } from '@heddle/futures';
import type { FunctionDescriptor } from '@heddle/serialization';
import { ManualClock } from '@heddle/testkit/support';
import type { Endpoint, WorkerStart } from '../protocol/channel.js';
import type { FunctionDefinition, TaskHeader, ToCaller, ToWorker } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';
import { serveWorkerBy } from '../worker/serve-worker.js';
import { FakeWorkerLedger } from './fake-ledgers.js';

const key = 'heddleFakeTasks';
const functions: Record<string, AnyFunction> = {};
Object.defineProperty(globalThis, key, { value: functions, configurable: true });
let count = 0;

/** How a function of this test travels. */
export function descriptorOf(fn: AnyFunction): FunctionDescriptor {
  const name = `task${String(count++)}`;
  functions[name] = fn;
  return { kind: 'global', id: `global:${key}.${name}`, name: fn.name === '' ? name : fn.name, path: [key, name], module: undefined };
}

/** A task to be sent. */
export interface TaskToSend {
  readonly fn: AnyFunction;
  readonly args?: readonly unknown[];
  readonly flags?: number;
  readonly header?: Partial<TaskHeader>;
}

class FakeEndpoint implements Endpoint {
  readonly ledger: FakeWorkerLedger = new FakeWorkerLedger();
  readonly destination = 'thread';
  readonly messages: ToCaller[] = [];
  readonly problems: unknown[] = [];
  readonly exitCodes: number[] = [];
  hasExited = false;
  isWornOut = false;
  handler: ((message: ToWorker) => void) | undefined;
  /** What is there without the event loop. */
  readonly inbox: ToWorker[] = [];

  post(message: ToCaller, transfer: readonly object[] = []): void {
    this.messages.push(structuredClone(message, { transfer: [...transfer] as Transferable[] }));
    this.ledger.posted();
  }

  listen(handler: (message: ToWorker) => void): void {
    this.handler = handler;
  }

  receive(): ToWorker | undefined {
    return this.inbox.shift();
  }

  exit(): void {
    this.hasExited = true;
  }

  fail(error: unknown): void {
    this.problems.push(error);
  }

  ends(exitCode: number): void {
    this.exitCodes.push(exitCode);
  }

  isWorn(): boolean {
    const isWorn = this.isWornOut;
    this.isWornOut = false;
    return isWorn;
  }
}

export class FakeCaller {
  readonly endpoint: FakeEndpoint = new FakeEndpoint();
  readonly clock: ManualClock = new ManualClock();
  readonly #numbers = new Map<AnyFunction, number>();
  #nextTicket = 0;
  readonly #exitListeners: ((exitCode: number) => void)[] = [];

  /** A worker's loop that has started, with what it has said. */
  static async start(initializer?: AnyFunction, args: readonly unknown[] = []): Promise<FakeCaller> {
    const caller = new FakeCaller();
    const before = new Set(process.listeners('exit'));
    const start: WorkerStart = {
      workerId: 7,
      name: 'fake_7',
      finalizer: undefined,
      broadcasts: [],
      initializer:
        initializer === undefined ? undefined : { fn: descriptorOf(initializer), boundFunction: undefined, args, encoded: false },
    };
    const serving = serveWorkerBy(caller.clock, start, caller.endpoint);
    for (const listener of process.listeners('exit')) if (!before.has(listener)) caller.#exitListeners.push(listener);
    await serving;
    return caller;
  }

  get ledger(): FakeWorkerLedger {
    return this.endpoint.ledger;
  }

  /** What it has said since this was asked last. */
  heard(): ToCaller[] {
    return this.endpoint.messages.splice(0);
  }

  /** Of that, results: tickets, statuses and values. Other messages are dropped. */
  results(): [ticket: number, status: number, value: unknown][] {
    return this.heard().flatMap((message) => {
      if (message[0] !== wire.results) return [];
      const codes = message.slice(2);
      return codes.flatMap((code, i) =>
        i % 2 === 0 ? [[wire.ticketOf(code as number), wire.statusOf(code as number), codes[i + 1]] as [number, number, unknown]] : [],
      );
    });
  }

  /** A message arrives through the event loop. */
  send(message: ToWorker): void {
    this.endpoint.handler?.(message);
  }

  /** Sends tasks in one message. @returns their tickets */
  run(...tasks: (AnyFunction | TaskToSend)[]): number[] {
    const message = this.batch(...tasks);
    this.send(message.message);
    return message.tickets;
  }

  /** The message with these tasks. */
  batch(...tasks: (AnyFunction | TaskToSend)[]): { message: ToWorker; tickets: number[] } {
    const definitions: FunctionDefinition[] = [];
    const tickets: number[] = [];
    const parts: unknown[] = [];
    for (const task of tasks) {
      const { fn, args = [], flags = 0, header } = typeof task === 'function' ? ({ fn: task } as TaskToSend) : task;
      let id = this.#numbers.get(fn);
      if (id === undefined) {
        id = this.#numbers.size;
        this.#numbers.set(fn, id);
        definitions.push([id, descriptorOf(fn)]);
      }
      const ticket = this.#nextTicket++;
      tickets.push(ticket);
      parts.push(wire.taskCode(id, header === undefined ? flags : flags | wire.headerFlag, args.length, ticket), ...args);
      if (header !== undefined) parts.push({ name: undefined, attempt: 1, tellClaim: false, ...header });
    }
    return { message: [wire.run, definitions.length === 0 ? 0 : definitions, ...parts], tickets };
  }

  /** The worker's program ends. */
  processExits(exitCode: number): void {
    for (const listener of this.#exitListeners) listener(exitCode);
  }

  /** What it has left behind in this process. */
  end(): void {
    for (const listener of this.#exitListeners) process.off('exit', listener);
  }
}
