import { jest } from '@jest/globals';

/** The codes of the warnings that are given from now on to the end of the test; they are not printed. */
export function warningCodes(): string[] {
  const codes: string[] = [];
  jest.spyOn(process, 'emitWarning').mockImplementation((_warning: unknown, options?: unknown) => {
    codes.push((options as { code?: string } | undefined)?.code ?? '');
  });
  return codes;
}
