/**
 * Helpers for authors of executors, which Heddle's own executors use, too: option checks, reports, the tally behind `statistics()`.
 *
 * @packageDocumentation
 */
export { isBlocked, whenUnblocked, whileBlocked } from './future/blocked-thread.js';
export { systemClock, type Clock } from './helpers/clock.js';
export { Fifo } from './helpers/fifo.js';
export { backendOf, describeBackend, failureOwnerOf, isExecutor, type Backend } from './executor/backend.js';
export { BaseBackend } from './executor/base-backend.js';
export { ForwardingBackend } from './executor/forwarding-backend.js';
export { awaitDone, blockOn, outcomeOf, unwatch, watch } from './future/other-copies.js';
export { tellFailures } from './future/failure-notes.js';
export { followSignal } from './future/follow-signal.js';
export { WorkerValues } from './executor/worker-values.js';
export { LocalTask, localRun, functionName, type LocalRun } from './inline/local-task.js';
export { checkShutdownOptions } from './executor/shutdown-options.js';
export { QueueRoom } from './executor/queue-room.js';
export { Reservations } from './executor/reservations.js';
export { inspectKey } from './helpers/inspect-key.js';
export { cancellationOf, scheduleInScope } from './scope/schedule-in-scope.js';
export {
  SubmitSites,
  addLocalStack,
  addSubmitStack,
  behindFrames,
  captureSite,
  describeSite,
  waitSite,
  type SubmitSite,
} from './stacks/submit-site.js';
export { bundleProblem } from './lazy/in-bundle.js';
export { internalFrames } from './stacks/internal-frames.js';
export { addItem } from './map/item-error.js';
export { rewriteStack, rewriteStacks } from './stacks/tidy-stack.js';
export { markItems } from './executor/items.js';
export { TaskQueue } from './executor/task-queue.js';
export { LazyPackage } from './lazy/lazy-package.js';
export { isThenable } from './helpers/thenable.js';
export { defaultExecutor, provideDefaultExecutor, setDefaultExecutor } from './executor/default-executor.js';
export { addScopeSource, scopeSignal, type ScopeSource } from './scope/scope-signal.js';
export { addTaskHost, leadsToCaller, type ExecutorKit, type TaskHost } from './executor/task-hosts.js';
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
  positiveOrInfinity,
  show,
  type OptionCheck,
} from './helpers/options.js';
export { AsyncContext, bindContext, createAmbient, defer, environment, nodeModule, type Ambient } from '#platform';
export { describeError, reportError } from './helpers/report.js';
export { runChunk } from './map/run-chunk.js';
export { runStream } from './stream/run-stream.js';
export { DurationHistogram, histogramOf } from './executor/statistics.js';
export type { PushItems } from './executor/task-request.js';
export { TaskTally } from './executor/task-tally.js';
export { ambientSignal, StopSignals } from './scope/stop-signals.js';
export { startTimer } from './helpers/timers.js';
export { whenAborted } from './helpers/when-aborted.js';
