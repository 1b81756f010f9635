/**
 * The descriptors of a worker process, and what opens the conversation.
 *
 *   0      nothing (/dev/null)
 *   1, 2   output, a pipe each
 *   3      frames from the caller
 *   4      frames to the caller; written blocking, so that nothing is lost when the process ends, and a caller that doesn't
 *          keep up slows its workers down
 *   5      the control file
 *
 * The version of the format stands in the worker's arguments. The first frame is a ProcessStart, and tells the nonce: what stands in
 * arguments can be read by everybody on the machine.
 */
import type { WorkerStart } from '@heddle/engine';

export const inboundFd = 3;
export const outboundFd = 4;
export const controlFd = 5;

/** The first frame to a worker. */
export interface ProcessStart {
  readonly start: WorkerStart;
  /** Resident bytes beyond which the worker asks to be replaced. */
  readonly maxMemory: number | undefined;
}
