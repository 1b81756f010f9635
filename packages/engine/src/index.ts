/**
 * The engine that executors build on: worker lifecycle, queue, batching and dispatch over a {@link Channel}. It is for
 * authors of executors. Applications use `@heddle/threads`, or `heddle`.
 *
 * @packageDocumentation
 */
export { checkToCaller } from './protocol/check-message.js';
export { probeMessage } from './protocol/channel.js';
export type { Channel, ChannelEvents, Endpoint, OpenChannel, WorkerExit, WorkerStart } from './protocol/channel.js';
export { DeathWatch, type DeathLimit } from './crew/death-watch.js';
export { cgroupCpuLimit, defaultParallelism, type ReadText } from './pool/default-parallelism.js';
export { checkNotImporting } from './task/importing-task.js';
export { internalFrames } from './internal-frames.js';
export { answerCall, CallerObjectServer } from './task/caller-object-server.js';
export { encodeBoundFunction, hasCaptures } from './task/bound-function.js';
export { encodeRequest, type EncodedRequest, type RequestRoute } from './task/encode-request.js';
export { snapshotOf } from './task/function-snapshot.js';
export { FunctionTable, type FunctionEntry } from './task/function-table.js';
export { snapshotItems } from './protocol/encode-task.js';
export { diedError } from './crew/death-errors.js';
export { refusedFuture } from './pool/intake.js';
export { PoolExecutor } from './pool/pool-executor.js';
export {
  workerPoolOptionChecks,
  resolveWorkerPoolOptions,
  type WorkerPoolOptions,
  type ResolvedWorkerPoolOptions,
} from './pool/worker-pool-options.js';
export { capacity, type Bell, type CallerLedger, type WorkerLedger } from './protocol/ledger.js';
export { OutcomeReader, type Outcome } from './protocol/read-outcome.js';
export { reusableExecutor, type ReusableKind } from './pool/reusable-executor.js';
export { SharedBell, SharedCallerLedger, createPoolMemory, type SharedLedgerMemory } from './protocol/shared-ledger.js';
export { explainDenied } from './crew/explain-denied.js';
export { isShortage } from './crew/shortage.js';
export type { CallerObjectCall, CallerObjectCallMessage, CallerObjectReplyMessage, ToCaller, ToWorker } from './protocol/wire.js';
export { showUserLines } from './task/user-lines.js';
export type { PoolKind } from './pool/pool-kind.js';
