import { internalFrames } from './internal-frames.js';
import { limitStacks, restoreStacks } from './stack-limit.js';

/** How many causes of causes are rewritten. */
const mostCauses = 10;
/** The largest number of Heddle's frames between a user's call and the place that refuses it. */
const mostOwnFrames = 50;

/** Gives an error another stack. It never throws: an error whose stack cannot be read or set keeps it. */
export function rewriteStack(error: unknown, rewrite: (stack: string) => string): void {
  if (typeof error !== 'object' || error === null) return;
  try {
    const { stack } = error as { stack?: unknown };
    if (typeof stack !== 'string') return;
    const value = rewrite(stack);
    if (value !== stack) Object.defineProperty(error, 'stack', { value, configurable: true, writable: true, enumerable: false });
  } catch {
    // the error is frozen, or has a getter that throws
  }
}

/** Does the same for an error and its causes. */
export function rewriteStacks(error: unknown, rewrite: (stack: string) => string): void {
  let at = error;
  for (let i = 0; i <= mostCauses && typeof at === 'object' && at !== null; i += 1) {
    rewriteStack(at, rewrite);
    at = causeOf(at);
  }
}

/** Removes Heddle's frames from the stacks of an error's causes. */
export function tidyCauses(error: unknown): void {
  if (typeof error === 'object' && error !== null) rewriteStacks(causeOf(error), (stack) => internalFrames.without(stack));
}

function causeOf(error: object): unknown {
  try {
    return (error as { cause?: unknown }).cause;
  } catch {
    return undefined; // a getter that throws
  }
}

/**
 * Makes the stack of an error that Heddle throws begin with the user's frames, since the error is made many frames below the user's
 * call. It has as many frames as `Error.stackTraceLimit` asks for. Call it when the error has its name and its message.
 *
 * @param below - this function's frame, and the frames of its calls, are left out
 */
export function beginWithUser(error: Error, below: ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown)): void {
  try {
    const wanted = Error.stackTraceLimit;
    if (typeof wanted !== 'number' || !(wanted > 0)) return; // the application wants no frames
    const limit = limitStacks(wanted + mostOwnFrames);
    try {
      if (limit !== undefined) Error.captureStackTrace(error, below);
    } finally {
      restoreStacks(limit);
    }
    rewriteStack(error, (stack) => firstFrames(internalFrames.without(stack), wanted));
  } catch {
    // the stack stays as it is
  }
}

function firstFrames(stack: string, count: number): string {
  const lines = stack.split('\n');
  const first = lines.findIndex((line) => /^\s+at /.test(line));
  return first < 0 ? stack : lines.slice(0, first + count).join('\n');
}
