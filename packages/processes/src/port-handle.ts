import { AbortError, InvalidStateError, TimeoutError } from '@heddle/futures';
import { abortSignal, checkOptions, durationMs, startTimer, whenAborted } from '@heddle/futures/authors';
import { beginWait } from './kept-alive.js';
import { pack, trustInOthers, unpack, type Packet } from './packet.js';
import type { Port, PortCall, PortValue } from './port.js';

/** Limits how long an operation of a {@link Connection} or a {@link ProcessQueue} may wait. */
export interface WaitLimits {
  /** Milliseconds, after which the operation fails with TimeoutError. @defaultValue no limit */
  timeoutMs?: number;
  /** When the signal aborts, the operation fails with AbortError. */
  signal?: AbortSignal;
}

const checks = { timeoutMs: durationMs, signal: abortSignal };

/** The handles of all connections and queues, by which they are found among the arguments of a process. */
const handles = new WeakMap<object, PortHandle>();

export function handleOf(value: object): PortHandle | undefined {
  return handles.get(value);
}

/** The common part of connections and queues: it waits, in this process, on a port. */
export class PortHandle {
  readonly kind: 'connection' | 'queue';
  readonly port: Port;
  readonly maxSize: number;
  readonly #waiting = new Set<AbortController>();
  #state: 'open' | 'closed' | 'passed on' = 'open';
  #why = '';

  /** @param owner - the user's object */
  constructor(owner: object, kind: 'connection' | 'queue', port: Port, maxSize?: number) {
    this.kind = kind;
    this.port = port;
    this.maxSize = maxSize ?? Infinity;
    handles.set(owner, this);
  }

  get state(): 'open' | 'closed' | 'passed on' {
    return this.#state;
  }

  /** @throws InvalidStateError when the object can't be used in this process any more */
  check(method: string): void {
    if (this.#state !== 'open') throw new InvalidStateError(`${method}: the ${this.kind} ${this.#why}`);
  }

  /** Puts a value. @returns false when `tryPut` finds it full */
  async put(method: string, value: unknown, what: 'put' | 'tryPut', limits?: WaitLimits): Promise<boolean> {
    this.check(method);
    return (await this.call(method, what, limits, pack(value, 'value'))) !== false;
  }

  async take(method: string, what: 'take' | 'tryTake', limits?: WaitLimits): Promise<{ readonly value: unknown } | undefined> {
    const packet = (await this.call(method, what, limits)) as Packet | undefined;
    return packet === undefined ? undefined : { value: await unpack(packet, trustInOthers()) };
  }

  async call(method: string, what: PortCall, limits: WaitLimits = {}, packet?: Packet): Promise<PortValue> {
    this.check(method);
    checkOptions(method, limits, checks);
    const { timeoutMs = Infinity, signal } = limits;
    const controller = new AbortController();
    const aborted = (): void => {
      controller.abort(new AbortError(`${method} was aborted`, { cause: signal?.reason }));
    };
    if (signal?.aborted === true) aborted();
    controller.signal.throwIfAborted();
    const stopListening = signal && !signal.aborted ? whenAborted(signal, aborted) : undefined;
    const stopTimer = startTimer(timeoutMs, () => {
      controller.abort(new TimeoutError(`${method} waited for longer than ${String(timeoutMs)} ms`));
    });
    const endWait = beginWait();
    this.#waiting.add(controller);
    try {
      return await this.port.call(what, packet, controller.signal);
    } finally {
      this.#waiting.delete(controller);
      endWait();
      stopTimer();
      stopListening?.();
    }
  }

  close(): void {
    if (this.#state !== 'open') return;
    this.#leave('closed', 'was closed');
    this.port.close();
  }

  /** Called when a process receives it: a connection then belongs to that process. */
  passedTo(process: string): void {
    if (this.kind === 'connection') this.#leave('passed on', `was passed to ${process}; use it there, or make a pipe for each process`);
  }

  #leave(state: 'closed' | 'passed on', why: string): void {
    this.#state = state;
    this.#why = why;
    for (const controller of this.#waiting) controller.abort(new InvalidStateError(`the ${this.kind} ${why}`));
  }
}
