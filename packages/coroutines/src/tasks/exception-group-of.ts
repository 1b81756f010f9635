import { ExceptionGroup } from '@heddle/futures';

/** Makes one error of several; its message has the first one. */
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
