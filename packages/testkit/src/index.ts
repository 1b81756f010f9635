/**
 * The conformance suite that every Heddle Executor passes. It runs on Jest, Vitest, node:test and similar runners.
 *
 * @packageDocumentation
 */
export type { ConformanceOptions, ExecutorCapabilities, ExecutorFactory } from './capabilities.js';
export { describeExecutor } from './describe-executor.js';
export type { Runner } from './runner.js';
