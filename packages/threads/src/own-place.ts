import { isMainThread } from 'node:worker_threads';
import { mainPlace, type ThreadPlace } from './thread-registry.js';
import { threadState } from './thread-state.js';

/** Returns the place of the thread that runs here; `undefined` in a worker that Heddle did not start. */
export function ownPlace(): ThreadPlace | undefined {
  return isMainThread ? mainPlace : threadState.here?.place;
}
