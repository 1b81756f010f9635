/**
 * Where tasks were submitted, for the second half of an error's stack. Capturing a stack costs more than all the rest
 * of a submit, so the first few submits of a tick have their own and the rest of that tick share the last one, which
 * the text then says. Single submits are always exact.
 */
import { internalFrames } from './internal-frames.js';

const exactPerTick = 4;
/** User frames worth showing, plus those of submit itself. */
let frames = 8;

/** Captures behind so many frames of a decorator, which would leave none for the user's. For executor authors. */
export function behindFrames<R>(count: number, capture: () => R): R {
  frames += count;
  try {
    return capture();
  } finally {
    frames -= count;
  }
}

/** One capture, shared by the tasks submitted there. */
export interface SubmitSite {
  readonly at: Error;
  /** performance.now() at the capture. */
  readonly time: number;
  /** Whether later submits of the tick share it. */
  shared: boolean;
}

/** Where a future is blocked on now. */
export function waitSite({ resultSync }: { readonly resultSync: () => unknown }): SubmitSite {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = frames;
  const at = new Error();
  Error.captureStackTrace(at, resultSync);
  Error.stackTraceLimit = limit;
  return { at, time: 0, shared: false };
}

/** Hands out sites; told of each new tick. */
export class SubmitSites {
  readonly #tickBegins: () => void;
  #captured = 0;
  /** Of this tick only: a stack holds what its frames were called on, the executor among it. */
  #last: SubmitSite | undefined;
  /** Whether time has passed since the last one, though no tick has: the caller blocked. */
  #isOld = false;

  /** @param tickBegins - told of the first site of a tick; has to call `nextTick` when that is over */
  constructor(tickBegins: () => void) {
    this.#tickBegins = tickBegins;
  }

  /** Another tick has begun. */
  nextTick(): void {
    this.#captured = 0;
    this.#last = undefined;
  }

  /** The caller blocks: what it submits afterwards is of the same tick, and later. */
  blocked(): void {
    this.#isOld = true;
  }

  here(): SubmitSite {
    const last = this.#last;
    if (last !== undefined && this.#captured >= exactPerTick) {
      if (this.#isOld) this.#last = { at: last.at, time: performance.now(), shared: true };
      else last.shared = true;
      this.#isOld = false;
      return this.#last ?? last;
    }
    if (this.#captured === 0) this.#tickBegins();
    this.#captured += 1;
    const site = captureSite();
    this.#last = site;
    return site;
  }
}

/** A site of its own. */
export function captureSite(): SubmitSite {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = frames;
  const site = { at: new Error(), time: performance.now(), shared: false };
  Error.stackTraceLimit = limit;
  return site;
}

/**
 * The stack of an error that came from a worker: the worker's frames, then the caller's at submit.
 *
 * @param what - what the caller did there
 */
export function addSubmitStack(error: unknown, site: SubmitSite | undefined, what = 'submitted'): void {
  if (site === undefined || typeof error !== 'object' || error === null) return;
  const { stack } = error as { stack?: unknown };
  if (typeof stack !== 'string') return;
  const joined = `${internalFrames.without(stack)}\n${describeSite(site, what)}`;
  Object.defineProperty(error, 'stack', { value: joined, configurable: true, writable: true, enumerable: false });
}

/** The caller's half of a stack. */
export function describeSite(site: SubmitSite, what: string): string {
  const about = site.shared ? `${what} (by this or another submit of the same tick)` : what;
  const frames = internalFrames.without(site.at.stack ?? '').split('\n').slice(1).join('\n');
  return `    --- ${about} ---${frames === '' ? '' : `\n${frames}`}`;
}
