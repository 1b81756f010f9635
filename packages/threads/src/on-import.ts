/** What the package does when it is imported, before its code is loaded: see LazyPackage of `@heddle/futures`. */
import { offerExecutor } from './offer-executor.js';
import type { ThreadPoolExecutor } from './thread-pool-executor.js';

/** @param get - loads the code, and returns an export */
export function onImport(get: (name: string) => unknown): void {
  offerExecutor(() => get('ThreadPoolExecutor') as typeof ThreadPoolExecutor);
}
