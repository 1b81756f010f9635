import { internalFrames } from './internal-frames.js';
import { limitStacks, restoreStacks } from './stack-limit.js';

/** Causes of causes that are looked at. */
const mostCauses = 10;
/** Frames that Heddle has, at most, between a user's call and the place where it is refused. */
const mostOwnFrames = 50;

/** Gives an error another stack. One whose stack can't be read or set keeps it: an error arrives, whatever it is made of. */
export function rewriteStack(error: unknown, rewrite: (stack: string) => string): void {
  if (typeof error !== 'object' || error === null) return;
  try {
    const { stack } = error as { stack?: unknown };
    if (typeof stack !== 'string') return;
    const value = rewrite(stack);
    if (value !== stack) Object.defineProperty(error, 'stack', { value, configurable: true, writable: true, enumerable: false });
  } catch {
    // frozen, or with a getter that throws
  }
}

/** The same for an error and its causes. */
export function rewriteStacks(error: unknown, rewrite: (stack: string) => string): void {
  let at = error;
  for (let i = 0; i <= mostCauses && typeof at === 'object' && at !== null; i += 1) {
    rewriteStack(at, rewrite);
    at = causeOf(at);
  }
}

/** Takes Heddle's frames out of the stacks of an error's causes. */
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
 * Makes the stack of an error that Heddle throws begin with the user's frames, as many as the user asks for: it is made far
 * below the user's call. Call it when the error has its name and its message.
 *
 * @param below - frames from here on are left out
 */
export function beginWithUser(error: Error, below: ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown)): void {
  try {
    const wanted = Error.stackTraceLimit;
    if (typeof wanted !== 'number' || !(wanted > 0)) return; // nobody wants to know
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
