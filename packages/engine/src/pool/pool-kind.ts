import type { BrokenExecutor } from '@heddle/futures';
import type { Reach, Trust } from '@heddle/serialization';
import type { OpenChannel } from '../protocol/channel.js';
import type { Bell } from '../protocol/ledger.js';

/** What tells one kind of pool from another. */
export interface PoolKind {
  /** For messages: `ThreadPoolExecutor`. */
  readonly name: string;
  readonly workerNamePrefix: string;
  readonly Broken: new (message: string, options?: { cause?: unknown }) => BrokenExecutor;
  /** How far what its workers are sent goes. */
  readonly reach: Reach;
  /** In what its workers send. @defaultValue 'code' */
  readonly trust?: Trust;
  readonly open: OpenChannel;
  /** Rung by its workers; without one, nobody can block on its futures. */
  readonly bell?: Bell;
}
