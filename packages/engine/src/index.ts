/**
 * The engine below the executors: worker lifecycle, queue, batching and dispatch over a {@link Channel}. For authors
 * of executors; applications use `@heddle/threads`, or `heddle`.
 *
 * @packageDocumentation
 */
export { checkToCaller } from './check-message.js';
export { probeMessage } from './channel.js';
export type { Channel, ChannelEvents, Endpoint, OpenChannel, WorkerExit, WorkerStart } from './channel.js';
export { cgroupCpuLimit, defaultParallelism, type ReadText } from './default-parallelism.js';
export { checkNotImporting } from './importing-task.js';
export { internalFrames } from './internal-frames.js';
export { answerCall, OpenLinks } from './links.js';
export { encodeOwn, hasCaptures } from './own-function.js';
export { PoolExecutor } from './pool-executor.js';
export { poolOptionChecks, resolvePoolOptions, type DeathLimit, type PoolOptions, type ResolvedPoolOptions } from './pool-options.js';
export { capacity, type Bell, type CallerLedger, type WorkerLedger } from './ledger.js';
export { OutcomeReader, type Outcome } from './read-outcome.js';
export { reusableExecutor, type ReusableKind } from './reusable-executor.js';
export { SharedBell, SharedCallerLedger, createPoolMemory, type SharedLedgerMemory } from './shared-ledger.js';
export { isShortage } from './shortage.js';
export type { LinkCallMessage, LinkReplyMessage, ToCaller, ToWorker } from './wire.js';
export { showUserLines } from './user-lines.js';
export type { PoolKind } from './pool-kind.js';
