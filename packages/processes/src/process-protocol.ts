/** The messages between a Process and its parent, each in a frame. */
import { types } from 'node:util';
import { SerializationError } from '@heddle/futures/errors';
import type { FunctionDescriptor } from '@heddle/serialization';
import type { Packet } from './packet.js';
import type { PortCall, PortValue } from './port.js';
import type { ProcessIdentity } from './process-context.js';

/** A port that the process is given, with its paths in the arguments. */
export interface GivenPort {
  readonly number: number;
  readonly kind: 'connection' | 'queue';
  /** Only for a queue. */
  readonly maxSize: number;
  readonly paths: readonly (readonly (string | number)[])[];
}

/** The first message to a process. */
export interface BeginMessage {
  readonly kind: 'begin';
  readonly identity: ProcessIdentity;
  readonly target: FunctionDescriptor;
  /** The target with its captures, when it has any. */
  readonly boundFunction: unknown;
  readonly args: Packet;
  readonly ports: readonly GivenPort[];
  /** The URL of given-ports.js in the sender's copy of the package, which is imported or required. */
  readonly portsModule: string;
}

/** The outcome of a call; `error` is a packet. A cancelled call has neither value nor error. */
export interface AnswerMessage {
  readonly kind: 'answer';
  readonly call: number;
  readonly value?: PortValue;
  readonly error?: Packet;
  readonly isCancelled?: boolean;
}

export type ToProcess = BeginMessage | AnswerMessage;

export interface CallMessage {
  readonly kind: 'call';
  readonly call: number;
  readonly port: number;
  readonly what: PortCall;
  readonly packet: Packet | undefined;
}

export type ToParent =
  | CallMessage
  | { readonly kind: 'cancel'; readonly call: number }
  | { readonly kind: 'close'; readonly port: number }
  | { readonly kind: 'returned'; readonly value: Packet }
  /** `isTold`: Node itself reports the error on stderr. */
  | { readonly kind: 'threw'; readonly error: Packet; readonly isTold: boolean };

const portCalls: readonly unknown[] = ['put', 'tryPut', 'take', 'tryTake', 'watch', 'isReadable', 'size'] satisfies PortCall[];

/** Checks the form of a process's message, not the values in it. @throws SerializationError */
export function checkToParent(message: unknown): void {
  if (!isToParent((message ?? {}) as Readonly<Record<string, unknown>>)) {
    throw new SerializationError('a message arrived that makes no sense; did the process write to the channel between it and its parent?');
  }
}

function isToParent({ kind, call, port, what, packet, value, error, isTold }: Readonly<Record<string, unknown>>): boolean {
  switch (kind) {
    case 'call':
      return typeof call === 'number' && typeof port === 'number' && portCalls.includes(what) && (packet === undefined || isPacket(packet));
    case 'cancel':
      return typeof call === 'number';
    case 'close':
      return typeof port === 'number';
    case 'returned':
      return isPacket(value);
    case 'threw':
      return isPacket(error) && typeof isTold === 'boolean';
    default:
      return false;
  }
}

function isPacket(value: unknown): boolean {
  return Array.isArray(value) && value.every((part) => types.isUint8Array(part));
}
