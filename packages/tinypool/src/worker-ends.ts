/** Learns of the end of each worker, which Tinypool itself does not do for a thread that calls `process.exit()`. */
import type { ChildProcess } from 'node:child_process';
import type { WorkerExit } from '@heddle/engine';
import { startTimer } from '@heddle/futures/authors';
import type { TinypoolWorkerLike } from './tinypool-like.js';

export class WorkerEnds {
  readonly #ended: (worker: TinypoolWorkerLike, exit: WorkerExit) => void;
  readonly #watched = new WeakSet<TinypoolWorkerLike>();
  readonly #exits = new WeakMap<TinypoolWorkerLike, WorkerExit>();

  /** @param ended - called once for each worker that was watched when it ended */
  constructor(ended: (worker: TinypoolWorkerLike, exit: WorkerExit) => void) {
    this.#ended = ended;
  }

  watch(workers: readonly TinypoolWorkerLike[]): void {
    for (const worker of workers) {
      if (this.#watched.has(worker)) continue;
      this.#watched.add(worker);
      worker.once('exit', (exitCode, signal) => {
        const pid = worker.runtime === 'child_process' ? worker.threadId : undefined;
        const exit: WorkerExit = { exitCode: exitCode ?? undefined, signal: signal ?? undefined, pid };
        this.#exits.set(worker, exit);
        afterMessages(worker, () => {
          this.#ended(worker, exit);
        });
      });
    }
  }

  /** @returns how the worker has ended; `undefined` for one that lives */
  exitOf(worker: TinypoolWorkerLike): WorkerExit | undefined {
    return this.#exits.get(worker) ?? (isGone(worker) ? {} : undefined);
  }

  /** Waits for the end of all these workers. */
  async whenEnded(workers: readonly TinypoolWorkerLike[]): Promise<void> {
    await Promise.all(
      workers.map(async (worker) => {
        if (this.exitOf(worker) !== undefined) return;
        await new Promise<void>((resolve) => {
          worker.once('exit', () => {
            resolve();
          });
        });
      }),
    );
  }
}

/** How long the last messages of a process may take. Its pipe ends with it, unless another process has it. */
const lastMessagesMs = 250;

/** Calls `use` when the last messages of a worker that has ended were read. */
function afterMessages(worker: TinypoolWorkerLike, use: () => void): void {
  const { process } = worker as { process?: ChildProcess };
  if (process?.connected !== true) {
    use();
    return;
  }
  const stop = startTimer(lastMessagesMs, () => {
    process.off('disconnect', useOnce);
    use();
  });
  const useOnce = (): void => {
    stop();
    use();
  };
  process.once('disconnect', useOnce);
}

/** Whether a worker ended before anybody watched it. */
function isGone(worker: TinypoolWorkerLike): boolean {
  const { thread, process } = worker as {
    thread?: { threadId: number };
    process?: { exitCode: number | null; signalCode: string | null };
  };
  if (process !== undefined) return process.exitCode !== null || process.signalCode !== null;
  return thread?.threadId === -1;
}

/** The name of a worker in error messages. */
export function nameOfWorker(worker: TinypoolWorkerLike): string {
  return `Tinypool_${String(worker.threadId)}`;
}
