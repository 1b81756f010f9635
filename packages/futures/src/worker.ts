/**
 * The little of futures that a worker needs before its first task: workers should start fast and be small. For authors
 * of executors.
 *
 * @packageDocumentation
 */
export { whenUnblocked, whileBlocked } from './blocked-thread.js';
export { createAmbient, type Ambient } from '#platform';
export { internalFrames } from './internal-frames.js';
export { reportError } from './report.js';
export { runChunk } from './run-chunk.js';
export { runStream } from './run-stream.js';
export { withStackLimit } from './stack-limit.js';
export { addSubmitStack, type SubmitSite } from './submit-site.js';
export { DurationHistogram } from './statistics.js';
export { addTaskHost, type CurrentTask, type ExecutorKit, type TaskHost } from './task-hosts.js';
export type { PushItems } from './task-request.js';
export { TaskTally } from './task-tally.js';
export { whenAborted } from './when-aborted.js';
