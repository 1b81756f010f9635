/** Runs a task by the runner that a worker exposes: any function, with everything that travels. */
import { Transfer } from 'threads';
import { SerializationError, type PushItems } from '@heddle/futures';
import { addSubmitStack, isThenable } from '@heddle/futures/authors';
import { explainRefusal } from '@heddle/serialization/worker';
import type { EncodedCall } from './calls/encode-call.js';
import type { Answer, CallMessage, Note, WireFunction, WireValue } from './calls/protocol.js';
import { readValue, type Boxed } from './calls/read-value.js';
import { writeOrExplain } from './calls/write-value.js';
import { endOf } from './end-of-thread.js';
import type { ThreadFunction } from './library.js';
import type { ThreadHandle } from './thread-handle.js';
import type { TaskRun, ThreadsJsTask } from './threads-js-task.js';

/** Numbers the calls of this program, so that executors over the same thread do not take each other's. */
let nextCall = 1;

class RunnerRun implements TaskRun {
  readonly id: string;
  readonly #task: ThreadsJsTask;
  readonly #thread: ThreadHandle;
  readonly #tell: ThreadFunction;
  readonly #push: PushItems | undefined;
  /** Answers are taken in order, also when one waits for the import of a class. */
  #last: Promise<void> | undefined;
  isWatching = false;

  constructor(task: ThreadsJsTask, thread: ThreadHandle, tell: ThreadFunction) {
    this.id = `${String(thread.number)}-${String(nextCall++)}`;
    this.#task = task;
    this.#thread = thread;
    this.#tell = tell;
    this.#push = task.request?.kind === 'stream' ? task.request.push : undefined;
  }

  tell(reason: unknown): boolean {
    this.#send({ kind: 'abort', reason: writeOrExplain(reason, 'reason') });
    return false;
  }

  stop(): void {
    this.#thread.stop();
  }

  /** Takes an answer in its turn. */
  take(answer: Answer): void {
    if (answer.kind === 'watching') this.isWatching = true;
    this.afterwards(() => this.#take(answer));
  }

  afterwards(use: () => Promise<void> | undefined): void {
    const next = this.#last === undefined ? use() : this.#last.then(use);
    if (next === undefined) return;
    const turn = next.then(() => {
      if (this.#last === turn) this.#last = undefined;
    });
    this.#last = turn;
  }

  #take(answer: Answer): Promise<void> | undefined {
    switch (answer.kind) {
      case 'watching':
        return undefined;
      case 'progress':
        return this.#read(answer.value, (value) => {
          this.#task.report(value);
          return undefined;
        });
      case 'items':
        return this.#read(answer.value, (items) => {
          this.#give(items as unknown[]);
          return undefined;
        });
      case 'result':
        return this.#read(answer.value, (value) => {
          this.#task.succeed(value);
          return undefined;
        });
      case 'error':
        return this.#read(answer.value, (error) => {
          this.#task.fail(error);
          return undefined;
        });
      case 'chunk':
        return this.#read(answer.values, (values) => this.#chunk(values as unknown[], answer));
    }
  }

  #chunk(values: unknown[], { failure, elapsedMs }: Extract<Answer, { kind: 'chunk' }>): Promise<void> | undefined {
    if (failure === undefined) {
      this.#task.succeed({ values, elapsedMs });
      return undefined;
    }
    return this.#read(failure, (error) => {
      addSubmitStack(error, this.#task.site);
      this.#task.succeed({ values, failure: { error }, elapsedMs });
      return undefined;
    });
  }

  /** Reads a value; the task fails with the error if that is impossible. */
  #read(wire: WireValue, use: (value: unknown) => Promise<void> | undefined): Promise<void> | undefined {
    const fail = (error: unknown): void => {
      this.#task.fail(error);
    };
    let read: Boxed | Promise<Boxed>;
    try {
      read = readValue(wire);
    } catch (error) {
      fail(error);
      return undefined;
    }
    if (read instanceof Promise) return read.then(({ value }) => use(value)).catch(fail);
    return use(read.value);
  }

  #give(items: readonly unknown[]): void {
    const taken = (failure?: unknown, hasFailed = false): void => {
      this.#send({ kind: 'room', failure: hasFailed ? writeOrExplain(failure, 'error') : undefined });
    };
    try {
      const room = this.#push?.(items);
      if (!isThenable(room)) {
        taken();
        return;
      }
      this.#task.onStanding?.(true);
      room.then(
        () => {
          this.#task.onStanding?.(false);
          taken();
        },
        (error: unknown) => {
          this.#task.onStanding?.(false);
          taken(error, true);
        },
      );
    } catch (error) {
      taken(error, true);
    }
  }

  #send(note: Note): void {
    this.#tell(this.id, note).subscribe(
      () => undefined,
      () => undefined, // the worker has ended, which settles the task
    );
  }
}

/**
 * Runs a task.
 *
 * @returns a promise that resolves when the thread is free, or has ended
 */
export async function runWithRunner(task: ThreadsJsTask, call: EncodedCall, thread: ThreadHandle, run: ThreadFunction): Promise<void> {
  const tell = thread.functionNamed('heddleTell');
  if (tell === undefined) {
    task.fail(
      new SerializationError('the worker exposes heddleRun without heddleTell; expose the whole runner of @heddle/threadsjs/worker'),
    );
    return;
  }
  const runnerRun = new RunnerRun(task, thread, tell);
  task.run = runnerRun;
  const message = messageOf(task, call, thread, runnerRun.id);
  const isMoving = call.transfer !== undefined;
  await new Promise<void>((resolve) => {
    const over = (): void => {
      thread.tasks.delete(listener);
      runnerRun.afterwards(() => {
        resolve();
        return undefined;
      });
    };
    const listener = {
      exited: () => {
        runnerRun.afterwards(() => {
          task.fail(endOf(thread, task.name));
          return undefined;
        });
        over();
      },
      uncaught: () => undefined,
    };
    thread.tasks.add(listener);
    run(isMoving ? Transfer(message, call.transfer) : message).subscribe(
      (answer) => {
        runnerRun.take(answer as Answer);
      },
      (error) => {
        task.fail(explainRefusal(call.args.value, 'args', error, 'thread'));
        over();
      },
      over,
    );
  });
}

function messageOf(task: ThreadsJsTask, call: EncodedCall, thread: ThreadHandle, id: string): CallMessage {
  const { kind, args, spread } = call;
  return {
    id,
    kind,
    fn: wireFunction(call, thread),
    args,
    spread,
    name: task.name,
    attempt: task.request?.attempt ?? 1,
    workerId: thread.number,
  };
}

function wireFunction({ fn }: EncodedCall, thread: ThreadHandle): WireFunction {
  if ('bound' in fn) return { id: undefined, bound: fn.bound };
  const { id } = fn.descriptor;
  const isKnown = thread.known.has(id);
  thread.known.add(id);
  return { id, descriptor: isKnown ? undefined : fn.descriptor };
}
