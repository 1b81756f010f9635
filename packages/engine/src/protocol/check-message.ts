/**
 * Checks that messages to the caller are well formed. Threads share the caller's memory, so their messages are not
 * checked. A message from another process is checked before it is used: a task may have written it to the channel, or
 * somebody who wants to make the caller fail. The values in a message are not checked here: a worker can only spoil the
 * tasks that it has.
 */
import { SerializationError } from '@heddle/futures';
import type { ToCaller } from './wire.js';
import * as wire from './wire.js';

type Check = (value: unknown) => boolean;

const isBoolean: Check = (value) => typeof value === 'boolean';
const isNumber: Check = (value) => typeof value === 'number';
const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isTicket: Check = (value) => isCount(value) && (value as number) <= wire.ticketMask;
const isAnything: Check = () => true;
const mostResultCode = wire.resultCode(wire.ticketMask, wire.skipped | wire.encodedResult | wire.chunkResult);
const isResultCode: Check = (value) => isCount(value) && (value as number) <= mostResultCode;

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

function record(checks: Readonly<Record<string, Check>>): Check {
  const entries = Object.entries(checks);
  return (value) =>
    typeof value === 'object' && value !== null && entries.every(([key, check]) => check((value as Record<string, unknown>)[key]));
}

const isImport = record({ local: isText, specifier: isText, imported: isText });
const isReference = record({ kind: oneOf('reference'), id: isText, module: isText, name: isText });
const isSource = record({
  kind: oneOf('source'),
  id: isText,
  name: isText,
  source: isText,
  form: isText,
  strict: isBoolean,
  importsModules: isBoolean,
  url: optional(isText),
  line: isNumber,
  column: isNumber,
  captures: listOf(isText),
  imports: listOf(isImport),
});
const isDescriptor: Check = (value) => isReference(value) || isSource(value);

const isNestedTask = record({
  id: isCount,
  fn: isDescriptor,
  kind: oneOf('call', 'chunk', 'starchunk'),
  args: Array.isArray,
  encoded: isBoolean,
  options: record({ timeoutMs: optional(isNumber), priority: optional(isNumber), name: optional(isText) }),
});
const isCallerObjectCall = record({ ticket: isTicket, callId: isCount, link: isCount, encoded: isBoolean });

/** The checks of the elements after the kind. `rest` applies to all elements behind `parts`. */
interface Shape {
  readonly parts: readonly Check[];
  readonly rest?: Check;
}

/** One shape for each kind; the compiler requires it for a new kind. */
const shapes: Readonly<Record<ToCaller[0], Shape>> = {
  [wire.ready]: { parts: [] },
  [wire.initializing]: { parts: [] },
  [wire.finalizing]: { parts: [] },
  [wire.broadcastDone]: { parts: [isCount, isCount, isAnything] },
  [wire.initializerFailed]: { parts: [isAnything] },
  [wire.results]: { parts: [isNumber], rest: isAnything },
  [wire.claimed]: { parts: [isTicket] },
  [wire.suspended]: { parts: [isTicket], rest: isCount },
  [wire.progress]: { parts: [isTicket, isAnything, isBoolean] },
  [wire.nestedSubmit]: { parts: [isNestedTask] },
  [wire.nestedCancel]: { parts: [isCount] },
  [wire.crashed]: { parts: [isAnything] },
  [wire.worn]: { parts: [] },
  [wire.call]: { parts: [isCallerObjectCall] },
  [wire.blocked]: { parts: [isCount, isCount, (value) => value === -1 || isTicket(value)] },
  [wire.unblocked]: { parts: [] },
};

/** @throws SerializationError when no worker sends such a message */
export function checkToCaller(message: unknown): void {
  if (!isToCaller(message))
    throw new SerializationError('a message arrived that makes no sense; did a task write to the channel between worker and caller?');
}

function isToCaller(message: unknown): boolean {
  if (!Array.isArray(message)) return false;
  const [kind, ...parts] = message as unknown[];
  if (kind === wire.results) return isNumber(parts[0]) && areResults(message);
  const shape = typeof kind === 'number' && Object.hasOwn(shapes, kind) ? shapes[kind as ToCaller[0]] : undefined;
  if (shape === undefined) return false;
  const { parts: first, rest } = shape;
  if (parts.length < first.length || (rest === undefined && parts.length > first.length)) return false;
  return parts.every((part, i) => (first[i] ?? rest ?? isAnything)(part));
}

/** These messages are frequent, so they are checked without a copy. */
function areResults(message: readonly unknown[]): boolean {
  if (message.length % 2 !== 0) return false;
  for (let i = 2; i < message.length; i += 2) if (!isResultCode(message[i])) return false;
  return true;
}

/** @throws SerializationError for results of tasks that the worker does not have */
export function checkOwnResults(message: readonly unknown[], worker: { readonly name: string; isTaken(ticket: number): boolean }): void {
  for (let i = 2; i < message.length; i += 2) {
    if (!worker.isTaken(wire.ticketOf(message[i] as number)))
      throw new SerializationError(`worker ${worker.name} answered for a task that it does not have`);
  }
}
