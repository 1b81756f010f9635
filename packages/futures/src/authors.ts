/**
 * What authors of executors share with Heddle's own: option checks, reports, the tally behind `statistics()`.
 *
 * @packageDocumentation
 */
export { isBlocked, whenUnblocked, whileBlocked } from './blocked-thread.js';
export { Fifo } from './fifo.js';
export { ForwardingExecutor } from './executor.js';
export { watch } from './future.js';
export { defaultExecutor, provideDefaultExecutor, setDefaultExecutor } from './default-executor.js';
export { addTaskHost, leadsToCaller, type ExecutorKit, type TaskHost } from './task-hosts.js';
export {
  abortSignal,
  arrayValue,
  checkOptions,
  durationMs,
  finiteNumber,
  integerFrom,
  nearestName,
  ofType,
  oneOf,
  show,
  type OptionCheck,
} from './options.js';
export { bindContext, createAmbient, defer, environment, type Ambient } from '#platform';
export { describeError, reportError } from './report.js';
export { watch as whenDone } from './future.js';
export { runChunk } from './run-chunk.js';
export { runStream, type PushItems } from './run-stream.js';
export { DurationHistogram } from './statistics.js';
export { TaskTally } from './task-tally.js';
export { ambientSignal, StopSignals } from './stop-signals.js';
export { isThenable } from './thenable.js';
export { startTimer } from './timers.js';
