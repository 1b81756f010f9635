import type { BrokenExecutor } from '@heddle/futures';
import type { Destination, Trust } from '@heddle/serialization';
import type { OpenChannel } from '../protocol/channel.js';
import type { Bell } from '../protocol/ledger.js';

/** Describes one kind of pool. */
export interface PoolKind {
  /** The name of the executor class, for messages: `ThreadPoolExecutor`. */
  readonly name: string;
  readonly workerNamePrefix: string;
  readonly Broken: new (message: string, options?: { cause?: unknown }) => BrokenExecutor;
  /** How far values travel to its workers. */
  readonly destination: Destination;
  /** How far the caller trusts what its workers send. @defaultValue 'code' */
  readonly trust?: Trust;
  readonly open: OpenChannel;
  /** The bell that its workers ring. Without it, no caller can block on its futures. */
  readonly bell?: Bell;
}
