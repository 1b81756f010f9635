/**
 * Where tasks were submitted, for the second half of an error's stack. Capturing a stack costs more than all the rest
 * of a submit, so the first few submits of a tick have their own and the rest of that tick share the last one, which
 * the text then says. Single submits are always exact.
 */
import { internalFrames } from './internal-frames.js';
import { limitStacks, restoreStacks } from './stack-limit.js';
import { beginWithUser, rewriteStack, tidyCauses } from './tidy-stack.js';

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

/** Where what is submitted now was asked for, when that was earlier. */
let origin: SubmitSite | undefined;

/** Submits what was asked for at a site earlier: a map takes its later items when there is room for them. */
export function submitFrom<R>(site: SubmitSite, submit: () => R): R {
  const before = origin;
  origin = site;
  try {
    return submit();
  } finally {
    origin = before;
  }
}

/** That site, for the first who asks: the user's code, called while it is submitted, submits from where it stands. */
export function takeOrigin(): SubmitSite | undefined {
  const site = origin;
  origin = undefined;
  return site;
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
  const limit = limitStacks(frames);
  const at = new Error();
  Error.captureStackTrace(at, resultSync);
  restoreStacks(limit);
  return { at, time: 0, shared: false };
}

/** Hands out sites; has to be told of each new tick (`nextTick`). */
export class SubmitSites {
  readonly #tickBegins: () => void;
  #captured = 0;
  /** Of this tick only: a stack holds what its frames were called on, the executor among it. */
  #last: SubmitSite | undefined;
  /** Whether time has passed since the last one, though no tick has: the caller blocked. */
  #isOld = false;

  /** @param tickBegins - told of the first site of a tick, for those who don't know by themselves when to call `nextTick` */
  constructor(tickBegins: () => void = () => undefined) {
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
    const asked = origin === undefined ? undefined : takeOrigin();
    if (asked !== undefined) return { at: asked.at, time: performance.now(), shared: asked.shared };
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
  const limit = limitStacks(frames);
  const site = { at: new Error(), time: performance.now(), shared: false };
  restoreStacks(limit);
  return site;
}

/** The site of a call that failed while it was being submitted, however far below submit that is. */
export function failedSite(): SubmitSite {
  const at = new Error();
  beginWithUser(at, failedSite);
  return { at, time: performance.now(), shared: false };
}

/**
 * The stack of an error that came from a worker: the worker's frames, then the caller's at submit.
 *
 * @param what - what the caller did there
 */
export function addSubmitStack(error: unknown, site: SubmitSite | undefined, what = 'submitted'): void {
  if (site === undefined) return;
  rewriteStack(error, (stack) => `${internalFrames.without(stack)}\n${describeSite(site, what)}`);
  tidyCauses(error);
}

/** Errors that pass through many nested tasks of one thread tell where the first few were submitted. */
const mostSites = 3;
const sitesOf = new WeakMap<object, number>();

/**
 * The same for an error thrown in the caller's own thread: where the task was called at submit, its frames have the caller's
 * below them, which are told once.
 */
export function addLocalStack(error: unknown, site: SubmitSite): void {
  if (typeof error !== 'object' || error === null) return;
  const count = sitesOf.get(error) ?? 0;
  if (count === mostSites) return;
  sitesOf.set(error, count + 1);
  rewriteStack(error, (stack) => {
    const lines = internalFrames.without(stack).split('\n');
    const [separator, ...caller] = describeSite(site, 'submitted').split('\n');
    const begins = caller.length === 0 ? -1 : lines.indexOf(caller[0] ?? '');
    if (begins > 0 && caller.every((line, i) => begins + i >= lines.length || lines[begins + i] === line)) lines.length = begins;
    return [...lines, separator, ...caller].join('\n');
  });
  tidyCauses(error);
}

/** The caller's half of a stack. */
export function describeSite(site: SubmitSite, what: string): string {
  const frames = framesOf(site).join('\n');
  const about = site.shared ? `${what} (by this or another submit of the same tick)` : what;
  return `    --- ${about} ---${frames === '' ? '' : `\n${frames}`}`;
}

/** An application's `Error.prepareStackTrace` may throw, or make of it what it likes. */
function framesOf({ at }: SubmitSite): readonly string[] {
  try {
    const { stack } = at as { stack?: unknown };
    return typeof stack === 'string' ? internalFrames.without(stack).split('\n').slice(1) : [];
  } catch {
    return [];
  }
}
