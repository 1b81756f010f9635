/**
 * The code that a worker runs. For authors of executors: a worker's entry module makes an endpoint and serves it.
 *
 * @packageDocumentation
 */
export { whileImporting } from '../task/importing-task.js';
export type { Outcome } from '../protocol/read-outcome.js';
export { postOutcome } from '../protocol/post-outcome.js';
export { SharedWorkerLedger } from '../protocol/shared-ledger.js';
export { crashMessage, initializerFailedMessage } from './last-words.js';
export { ProxyCalls } from './proxy-calls.js';
export { invoke, loadCallClasses, readCall, readReason, type Call } from './read-call.js';
export { RunningTask, type TaskProxyCaller, type TaskServices } from './running-task.js';
export { serveWorker } from './serve-worker.js';
