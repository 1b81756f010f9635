import { expect } from '@jest/globals';
import { until } from '@heddle/testkit/support';

/**
 * Runs `body`, and expects what this process and its workers print on stderr meanwhile to match `expected` as a whole.
 * The text does not reach the log, unless the test fails.
 */
export async function expectStderr(expected: RegExp, body: () => Promise<void>): Promise<void> {
  const { stderr } = process;
  const own = Object.getOwnPropertyDescriptor(stderr, 'write');
  const print = stderr.write.bind(stderr);
  let text = '';
  stderr.write = (chunk: string | Uint8Array): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  try {
    await body();
    await until(`${String(expected)} on stderr`, () => expected.test(text));
    await new Promise(setImmediate); // the rest of the same turn counts, too
    expect(text).toMatch(expected);
  } catch (error) {
    print(text);
    throw error;
  } finally {
    if (own === undefined) Reflect.deleteProperty(stderr, 'write');
    else Object.defineProperty(stderr, 'write', own);
  }
}

/** What Node prints of an uncaught exception: the line that threw it, the exception with its stack, its own version. */
export function uncaught(error: string): RegExp {
  return new RegExp(`^.+:\\d+\\n.*\\n +\\^\\n\\n${error}\\n( +at .*\\n)+\\nNode\\.js v.*\\n$`);
}
