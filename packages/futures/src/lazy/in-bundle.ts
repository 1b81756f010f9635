/**
 * Whether Heddle is inside an application's bundle. A module in a bundle has the bundle's URL, or, in a bundle of CommonJS, none. The code
 * that is loaded later has the URL of its package's index.js (lazy-package.ts), so the answer is the same for it.
 */
import { packageOf } from '../stacks/internal-frames.js';

/**
 * Tells whether a module is part of an application's bundle.
 *
 * @param moduleUrl - `import.meta.url` of the module; it is undefined in a CommonJS bundle
 * @param place - the folder of the module in its package when nothing is bundled, for example `sync/dist/bundle/`
 */
export function isInBundle(moduleUrl: string | undefined, place: string): boolean {
  return typeof moduleUrl !== 'string' || packageOf(moduleUrl, place) === undefined;
}

/**
 * Tells why an object can't be sent whose class the receiver finds in Heddle's own module: when that module is part of an application's
 * bundle, the receiver would run the application to find the class. The parameters are those of {@link isInBundle}.
 *
 * @param what - the object, for the message
 * @returns the message of a SerializationError; `undefined` when the module is at its place
 */
export function bundleProblem(moduleUrl: string | undefined, place: string, what: string): string | undefined {
  if (!isInBundle(moduleUrl, place)) return undefined;
  return `${what} can't be sent to another thread by an application that is bundled with Heddle inside: leave heddle out of the bundle (docs/guides/bundlers.md)`;
}
