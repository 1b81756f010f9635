/**
 * A worker that does what the test says, behind a channel in memory. It sees what was posted, as clones, and answers by hand.
 *
 *   begin ─▶ answer, fail, suspend, say ...        each as the loop of a real worker would do it
 */
import type { Transferable } from 'node:worker_threads';
import type { Channel, ChannelEvents, WorkerExit, WorkerStart } from '../protocol/channel.js';
import type { ToCaller, ToWorker } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';
import { FakeCallerLedger } from './fake-ledgers.js';

/** A task as it arrived. */
export interface SentTask {
  readonly ticket: number;
  readonly fnId: number;
  readonly flags: number;
  readonly args: readonly unknown[];
  readonly header: wire.TaskHeader | undefined;
}

/** The tasks in a message. */
export function tasksIn(message: ToWorker): SentTask[] {
  const tasks: SentTask[] = [];
  if (message[0] !== wire.run) return tasks;
  for (let at = 2; at < message.length;) {
    const code = message[at] as number;
    const head = wire.headOf(code);
    const flags = wire.flagsOf(head);
    const args = message.slice(at + 1, at + 1 + wire.countOf(head));
    const hasHeader = (flags & wire.headerFlag) !== 0;
    const header = hasHeader ? (message[at + 1 + args.length] as wire.TaskHeader) : undefined;
    tasks.push({ ticket: wire.ticketOf(head), fnId: wire.fnIdOf(code), flags, args, header });
    at += 1 + args.length + (hasHeader ? 1 : 0);
  }
  return tasks;
}

export class FakeWorker implements Channel {
  readonly ledger: FakeCallerLedger = new FakeCallerLedger();
  readonly start: WorkerStart;
  /** What it was sent. */
  readonly messages: ToWorker[] = [];
  /** The tasks it was sent. */
  readonly tasks: SentTask[] = [];
  /** How it was ended by force. */
  readonly signals: (NodeJS.Signals | undefined)[] = [];
  isReferenced = true;
  /** Whether it ends when it is told to. */
  isObedient = true;
  hasEnded = false;
  /** Called when the caller looks for messages without its event loop. */
  onReceive: () => void = () => undefined;
  /** Called before a message is posted; may refuse it. */
  onPost: (message: ToWorker) => void = () => undefined;
  readonly #events: ChannelEvents;
  readonly #backlog: SentTask[] = [];

  constructor(start: WorkerStart, events: ChannelEvents) {
    this.start = start;
    this.#events = events;
  }

  /** The first arguments of the tasks it was sent: what tests tell tasks by. */
  get firsts(): unknown[] {
    return this.tasks.map(({ args }) => args[0]);
  }

  /** Of the tasks it was sent and has not come to. */
  get waiting(): unknown[] {
    return this.#backlog.map(({ args }) => args[0]);
  }

  /** Messages of one kind that it was sent. */
  told<K extends ToWorker[0]>(kind: K): Extract<ToWorker, readonly [K, ...unknown[]]>[] {
    return this.messages.filter((message) => message[0] === kind) as Extract<ToWorker, readonly [K, ...unknown[]]>[];
  }

  // Channel

  post(message: ToWorker, transfer: readonly object[] = []): void {
    this.onPost(message);
    const clone = structuredClone(message, { transfer: [...transfer] as Transferable[] });
    this.messages.push(clone);
    const tasks = tasksIn(clone);
    this.tasks.push(...tasks);
    this.#backlog.push(...tasks);
    if (clone[0] === wire.stop && this.isObedient) this.#endSoon();
  }

  receive(): void {
    this.onReceive();
  }

  ref(): void {
    this.isReferenced = true;
  }

  unref(): void {
    this.isReferenced = false;
  }

  terminate(signal?: NodeJS.Signals): void {
    this.signals.push(signal);
    if (this.isObedient) this.#endSoon();
  }

  // What the test lets it do

  /** Tells anything. */
  say(message: ToCaller): void {
    this.ledger.posted += 1;
    this.#events.message(message);
  }

  ready(): this {
    this.say([wire.ready]);
    return this;
  }

  /** Claims the next task that is not withdrawn; tells of those it passes over. */
  begin(): SentTask {
    for (;;) {
      const task = this.#backlog.shift();
      if (task === undefined) throw new Error(`${this.start.name} has no task`);
      if (this.ledger.claim(task.ticket)) {
        this.ledger.running = 1;
        return task;
      }
      this.skip(task);
    }
  }

  /** Passes over the tasks that were withdrawn, up to one that was not. */
  passOver(): void {
    for (;;) {
      const [task] = this.#backlog;
      if (task === undefined || !this.ledger.isWithdrawn(task.ticket)) return;
      this.#backlog.shift();
      this.skip(task);
    }
  }

  /** Tells that it passes over a task. */
  skip({ ticket }: SentTask): void {
    this.say([wire.results, 0, wire.resultCode(ticket, wire.skipped), undefined]);
  }

  answer(task: SentTask, value?: unknown, busyMs = 1): void {
    this.#settle(task, wire.succeeded, value, busyMs);
  }

  fail(task: SentTask, error: unknown): void {
    this.#settle(task, wire.failed, error, 1);
  }

  /** Begins the next task, and answers with its first argument. */
  work(busyMs = 1): void {
    const task = this.begin();
    this.answer(task, task.args[0], busyMs);
  }

  /** A task that it runs waits for tasks of its own. */
  suspend(task: SentTask): void {
    this.ledger.suspended += 1;
    this.ledger.running = 0;
    this.say([wire.suspended, task.ticket]);
  }

  /** What the task waited for is here. */
  resume(): void {
    this.ledger.suspended -= 1;
    this.ledger.running = 1;
  }

  /** Ends. */
  exit(exit: WorkerExit = { exitCode: 0 }): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.#events.exit(exit);
  }

  #settle({ ticket }: SentTask, status: number, value: unknown, busyMs: number): void {
    this.ledger.running = 0;
    this.say([wire.results, busyMs, wire.resultCode(ticket, status), value]);
  }

  #endSoon(): void {
    queueMicrotask(() => {
      this.exit();
    });
  }
}
