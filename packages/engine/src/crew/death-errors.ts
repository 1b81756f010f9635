/** The errors that the tasks of a worker fail with when the worker has ended. */
import { WorkerDiedError } from '@heddle/futures';
import { describeError } from '@heddle/futures/authors';
import type { WorkerExit } from '../protocol/channel.js';

/** Describes the end of a worker. */
export function describeExit(name: string, exit: WorkerExit): string {
  const how = exit.signal !== undefined ? `was ended by ${exit.signal}` : `ended with exit code ${String(exit.exitCode ?? 'unknown')}`;
  return `worker ${name}${exit.pid === undefined ? '' : ` (pid ${String(exit.pid)})`} ${how}`;
}

/** The error of a function that was broadcast. */
export function broadcastDiedError(worker: { readonly name: string }, exit: WorkerExit): WorkerDiedError {
  return workerDied(worker, exit, 'before it had run what was broadcast', '');
}

/** The error of a task that the worker had claimed. */
export function diedError(record: { readonly name: string }, worker: { readonly name: string }, exit: WorkerExit): WorkerDiedError {
  return workerDied(worker, exit, `while it ran task "${record.name}"`, '; the task was not run again, since it may have had effects');
}

function workerDied(worker: { readonly name: string }, exit: WorkerExit, when: string, remark: string): WorkerDiedError {
  const why = exit.error === undefined ? '' : `: ${describeError(exit.error).split('\n')[0] ?? ''}`;
  const message = `${describeExit(worker.name, exit)} ${when}${why}${remark}`;
  const cause = exit.error === undefined ? {} : { cause: exit.error };
  return new WorkerDiedError(message, { workerName: worker.name, exitCode: exit.exitCode, signal: exit.signal, pid: exit.pid, ...cause });
}

/** The error of a task that the worker had not claimed, and that cannot be sent again. */
export function movedAwayError(record: { readonly name: string }, worker: { readonly name: string }, exit: WorkerExit): WorkerDiedError {
  const end = describeExit(worker.name, exit);
  const message = `${end} before it ran task "${record.name}", whose moved arguments (transfer) are gone with it; submit it again with new ones`;
  return new WorkerDiedError(message, { workerName: worker.name, exitCode: exit.exitCode, signal: exit.signal, pid: exit.pid });
}

/** Describes a worker that took longer to start than it may. */
export function notReady(worker: { readonly name: string; readonly isInitializing: boolean }, startTimeoutMs: number): string {
  const where = worker.isInitializing
    ? 'its initializer has begun and did not end; does it end?'
    : 'it had not come to its initializer, or to its first task; is the system short of processes, threads or memory?';
  return `worker ${worker.name} was not ready after ${String(startTimeoutMs)} ms (startTimeoutMs): ${where}`;
}
