import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { OwnFile } from '@heddle/serialization/worker';

/** Starts a thread that runs one of Heddle's files. */
export function startWorker(file: OwnFile, options: WorkerOptions): Worker {
  return 'path' in file ? new Worker(file.path, options) : new Worker(file.text, { ...options, eval: true });
}
