import { ExceptionGroup } from '@heddle/futures';

/** All that went wrong in one error, whose message tells the first. */
export function exceptionGroupOf(where: string, errors: readonly unknown[]): ExceptionGroup {
  const count = errors.length === 1 ? 'an error' : `${String(errors.length)} errors`;
  return new ExceptionGroup(`${count} in ${where}: ${textOf(errors[0])}`, errors);
}

function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'a value that has no text';
  }
}
