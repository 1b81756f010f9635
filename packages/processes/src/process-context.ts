import { shared } from '@heddle/serialization/worker';
import type { ProcessIdentity } from './process-protocol.js';

/** What this process knows of itself: `identity` only when a Process started it. All copies of the package share it. */
export const processContext: { identity: ProcessIdentity | undefined; created: number } = shared('processContext', () => ({
  identity: undefined,
  created: 0,
}));
