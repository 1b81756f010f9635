/**
 * Questions to V8's inspector about this very process, which answers at once and needs no flag. A session lives for one
 * question: while one is connected, V8 keeps the arguments of console calls for it.
 *
 * Bun and Deno have the module, but its answers come later than they are needed, or not at all. The first question shows
 * that, and from then on there is no inspector.
 */
import type * as Inspector from 'node:inspector';
import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';

/** Where the inspector, which evaluates in the main context, finds what it is asked about. */
const stash: unique symbol = Symbol.for('@heddle/serialization.inspected') as never;
/** That place, as code that the inspector evaluates. */
export const STASH = `globalThis[Symbol.for('@heddle/serialization.inspected')]`;

/** In Jest and its like, modules run in another context than the main one. */
export const mainGlobal: object = runInThisContext('globalThis') as object;

let inspector: typeof Inspector | null | undefined;
/** Whether it has let a question wait for its answer. */
let isLate = false;

/** A session with the inspector. */
export type Session = Inspector.Session;

/**
 * Asks the inspector.
 *
 * @param held - what the code that it evaluates finds at {@link STASH}
 * @returns what `look` returns; `undefined` where there is no inspector, or it does not know
 */
export function withSession<T>(held: object, look: (session: Session) => T): T | undefined {
  const session = connect();
  if (session === undefined) return undefined;
  Object.defineProperty(mainGlobal, stash, { value: held, configurable: true });
  try {
    return look(session);
  } catch {
    return undefined;
  } finally {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- of the global object, which is a dictionary anyway
    delete (mainGlobal as { [stash]?: object })[stash];
    session.disconnect();
  }
}

function connect(): Session | undefined {
  if (isLate) return undefined;
  try {
    inspector ??= createRequire(import.meta.url)('node:inspector') as typeof Inspector;
    const session = new inspector.Session();
    session.connect();
    return session;
  } catch {
    // Built without it, or forbidden by the permission model.
    return undefined;
  }
}

/**
 * Within one process, the answer comes before `post` returns.
 *
 * @throws the inspector's error; TypeError when there is no answer yet
 */
export function ask(session: Session, method: string, parameters: object = {}): unknown {
  // The callback must not throw: where it is called later, nobody catches that and the program ends.
  let answer: { readonly error: Error | null; readonly result: unknown } | undefined;
  session.post(method, parameters, (error, result) => {
    answer = { error, result };
  });
  if (answer === undefined) {
    isLate = true;
    throw new TypeError(`the inspector does not answer ${method} at once`);
  }
  if (answer.error !== null) throw answer.error;
  return answer.result;
}

/** The inspector's handle of what an expression evaluates to. */
export function evaluate(session: Session, expression: string): string | undefined {
  const answer = ask(session, 'Runtime.evaluate', { expression, silent: true });
  return (answer as Inspector.Runtime.EvaluateReturnType).result.objectId;
}
