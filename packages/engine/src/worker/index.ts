/**
 * What a worker runs. For authors of executors: a worker's entry module makes an endpoint and serves it.
 *
 * @packageDocumentation
 */
export { SharedWorkerLedger } from '../shared-ledger.js';
export { crashMessage, initializerFailedMessage } from './last-words.js';
export { serveWorker } from './serve-worker.js';
