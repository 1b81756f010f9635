import { warn } from '#platform';

/** Returns a readable text of an error: its stack if it has one. Never throws. */
export function describeError(error: unknown): string {
  // Any value can be thrown, and its getters can throw in turn.
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
 * Reports an error that nobody can catch, for example that of a done callback or of a future that nobody looked at. asyncio's exception
 * handler does the same. The report is a process warning of type `HeddleWarning` in Node, and a line on the console elsewhere.
 *
 * @param message - the text of the warning
 * @param code - a stable code of the warning, e.g. `HEDDLE_CALLBACK_THREW`
 * @param error - the value that was thrown
 */
export function reportError(message: string, code: string, error: unknown): void {
  warn(message, code, describeError(error));
}
