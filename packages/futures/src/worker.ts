/**
 * The part of futures that a worker needs before its first task. It is small, so that workers start fast and use little memory. For
 * authors of executors.
 *
 * @packageDocumentation
 */
export { whenUnblocked, whileBlocked } from './future/blocked-thread.js';
export { createAmbient, type Ambient } from '#platform';
export type { FileSystem } from './lazy/file-system.js';
export { endHere } from './inline/end-here.js';
export { findOwnFile } from './lazy/find-own-file.js';
export { internalFrames } from './stacks/internal-frames.js';
export { reportError } from './helpers/report.js';
export { runChunk } from './map/run-chunk.js';
export { runStream } from './stream/run-stream.js';
export { withStackLimit } from './stacks/stack-limit.js';
export { addSubmitStack, type SubmitSite } from './stacks/submit-site.js';
export { DurationHistogram } from './executor/statistics.js';
export { addTaskHost, type CurrentTask, type ExecutorKit, type TaskHost } from './executor/task-hosts.js';
export type { PushItems } from './executor/task-request.js';
export { currentWorkerValues, workerValuesOfThread } from './executor/current-worker-values.js';
export { TaskTally } from './executor/task-tally.js';
export { WorkerValues } from './executor/worker-values.js';
export { whenAborted } from './helpers/when-aborted.js';
