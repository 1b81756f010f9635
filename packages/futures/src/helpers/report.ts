import { warn } from '#platform';

/** A text of an error for people: its stack where it has one. Never throws. */
export function describeError(error: unknown): string {
  // Anything can be thrown, and its getters can throw in turn.
  try {
    if (typeof error === 'object' && error !== null) {
      const { stack, message } = error as { stack?: unknown; message?: unknown };
      if (typeof stack === 'string' && stack !== '') return stack;
      if (typeof message === 'string') return message;
    }
    return String(error);
  } catch {
    return 'a value that has no text';
  }
}

/**
 * Reports an error that nobody can catch (a done callback that threw, a failure nobody looked at), as asyncio's
 * exception handler does: in Node as a process warning of type `HeddleWarning`, elsewhere on the console.
 *
 * @param message - what happened
 * @param code - a stable code of the warning, e.g. `HEDDLE_CALLBACK_THREW`
 * @param error - what was thrown
 */
export function reportError(message: string, code: string, error: unknown): void {
  warn(message, code, describeError(error));
}
