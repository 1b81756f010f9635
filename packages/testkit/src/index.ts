/**
 * The conformance suite that every Heddle Executor passes, for Jest, Vitest, node:test and their like.
 *
 * @packageDocumentation
 */
export type { ConformanceOptions, ExecutorCapabilities, ExecutorFactory } from './capabilities.js';
export { describeExecutor } from './describe-executor.js';
export type { Runner } from './runner.js';
