/**
 * What authors of executors share with Heddle's own: option checks, reports, the tally behind `statistics()`.
 *
 * @packageDocumentation
 */
export { isBlocked, whenUnblocked, whileBlocked } from './blocked-thread.js';
export { systemClock, type Clock } from './clock.js';
export { Fifo } from './fifo.js';
export { backendOf, describeBackend, failureOwnerOf, isExecutor, type Backend } from './backend.js';
export { BaseBackend } from './base-backend.js';
export { ForwardingBackend } from './forwarding-backend.js';
export { awaitDone, blockOn, outcomeOf, unwatch, watch } from './other-copies.js';
export { tellFailures } from './failure-notes.js';
export { followSignal } from './follow-signal.js';
export { LocalTask, localRun, functionName, type LocalRun } from './local-task.js';
export { QueueRoom } from './queue-room.js';
export { Reservations } from './reservations.js';
export { inspectKey } from './inspect-key.js';
export { cancellationOf, scheduleInScope } from './schedule-in-scope.js';
export {
  SubmitSites,
  addLocalStack,
  addSubmitStack,
  behindFrames,
  captureSite,
  describeSite,
  waitSite,
  type SubmitSite,
} from './submit-site.js';
export { internalFrames } from './internal-frames.js';
export { addItem } from './item-error.js';
export { rewriteStack, rewriteStacks } from './tidy-stack.js';
export { markItems } from './items.js';
export { TaskQueue } from './task-queue.js';
export { isThenable } from './thenable.js';
export { defaultExecutor, provideDefaultExecutor, setDefaultExecutor } from './default-executor.js';
export { addScopeSource, scopeSignal, type ScopeSource } from './scope-signal.js';
export { addTaskHost, leadsToCaller, type ExecutorKit, type TaskHost } from './task-hosts.js';
export {
  abortSignal,
  arrayValue,
  checkOptions,
  countOrInfinity,
  durationMs,
  finiteNumber,
  integerFrom,
  nearestName,
  ofType,
  oneOf,
  show,
  type OptionCheck,
} from './options.js';
export { AsyncContext, bindContext, createAmbient, defer, environment, type Ambient } from '#platform';
export { describeError, reportError } from './report.js';
export { runChunk } from './run-chunk.js';
export { runStream } from './run-stream.js';
export { DurationHistogram, histogramOf } from './statistics.js';
export type { PushItems } from './task-request.js';
export { TaskTally } from './task-tally.js';
export { ambientSignal, StopSignals } from './stop-signals.js';
export { startTimer } from './timers.js';
export { whenAborted } from './when-aborted.js';
