/**
 * The descriptors of a worker process, and its first frame.
 *
 *   0      nothing (/dev/null)
 *   1, 2   output, a pipe each
 *   3      frames from the caller
 *   4      frames to the caller; written blocking, so that nothing is lost when the process ends, and a caller that doesn't
 *          keep up slows its workers down
 *   5      the control file
 *
 * The version of the format is one of the worker's arguments. The nonce comes with the first frame, which is a ProcessStart, since every
 * user of the machine can read the arguments.
 */
import type { WorkerStart } from '@heddle/engine';

export const inboundFd = 3;
export const outboundFd = 4;
export const controlFd = 5;

/** The first frame to a worker. */
export interface ProcessStart {
  readonly start: WorkerStart;
  /** Resident memory, in bytes: a worker that uses more asks to be replaced. */
  readonly maxMemory: number | undefined;
}
