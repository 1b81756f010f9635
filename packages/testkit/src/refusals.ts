/** How Heddle refuses a task for which the runtime lacks a capability: by an error of code HEDDLE_SERIALIZATION that names the remedy. */
import { isHeddleError } from '@heddle/futures';
import type { Capability } from './capabilities.js';
import { rejection } from './check.js';

const messages: Readonly<Partial<Record<Capability, RegExp>>> = {
  captures: /it captures (.*), which can't be found out here .*: name them, as in closure\(fn, \{ \1 \}\), .*task\(import\.meta\.url, fn\)/,
  moduleImports:
    /it calls import\(\), and from which module can't be found out.*: put it in a module and mark it with task\(import\.meta\.url, fn\)/,
};

/** @returns the messages of the refusals of tasks that need capabilities; none where such tasks run, and do less */
export function refusalsFor(lacking: readonly Capability[]): readonly RegExp[] {
  return lacking.flatMap((each) => messages[each] ?? []);
}

/** Fails unless the body of a test fails, and because a task was refused with one of these messages. */
export async function assertRefused(body: () => Promise<void> | void, expected: readonly RegExp[]): Promise<void> {
  const failure = await rejection(
    (async () => {
      await body();
    })(),
  );
  // A check that expected another error has the refusal as its cause. The causes of an error may be a ring.
  const causes = new Set<unknown>();
  for (let error = failure; !causes.has(error); error = causeOf(error)) causes.add(error);
  for (const each of causes) {
    if (isHeddleError(each, 'HEDDLE_SERIALIZATION') && expected.some((message) => message.test(each.message))) return;
  }
  throw new Error('expected that a task is refused for what the runtime lacks', { cause: failure });
}

function causeOf(error: unknown): unknown {
  const { cause } = (error ?? {}) as { cause?: unknown };
  return cause;
}
