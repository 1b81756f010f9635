/**
 * Asks V8's inspector about this very process; it answers at once and needs no flag. A session lives for one question, because V8 keeps the
 * arguments of console calls while a session is connected.
 *
 * Bun and Deno have the module, but it answers too late or not at all. The first question shows that, and from then on there is no
 * inspector.
 */
import type * as Inspector from 'node:inspector';
import { runInThisContext } from 'node:vm';
import { requireOfNode } from '../require-of-node.js';

/** The key under which the inspector, which evaluates in the main context, finds the objects of a question. */
const stash: unique symbol = Symbol.for('@heddle/serialization.inspected') as never;
/** The code of that place, for expressions that the inspector evaluates. */
export const STASH = `globalThis[Symbol.for('@heddle/serialization.inspected')]`;

/** In Jest and similar tools, modules run in another context than the main one. */
export const mainGlobal: object = runInThisContext('globalThis') as object;

let inspector: typeof Inspector | null | undefined;
/** True when it has not answered a question in time. */
let isLate = false;

/** A session with the inspector. */
export type Session = Inspector.Session;

/**
 * Asks the inspector.
 *
 * @param held - the object that evaluated code finds at {@link STASH}
 * @returns the result of `look`; `undefined` where there is no inspector, or it has no answer
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
    inspector ??= requireOfNode('node:inspector') as typeof Inspector;
    const session = new inspector.Session();
    session.connect();
    return session;
  } catch {
    // Node was built without it, or the permission model forbids it.
    return undefined;
  }
}

/**
 * Sends one question. Within one process, the answer comes before `post` returns.
 *
 * @throws the inspector's error; TypeError when there is no answer yet
 */
export function ask(session: Session, method: string, parameters: object = {}): unknown {
  // The callback must not throw. Where it is called later, nothing catches its error and the program ends.
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

/** @returns the inspector's handle of the value of an expression */
export function evaluate(session: Session, expression: string): string | undefined {
  const answer = ask(session, 'Runtime.evaluate', { expression, silent: true });
  return (answer as Inspector.Runtime.EvaluateReturnType).result.objectId;
}
