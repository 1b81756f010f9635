/**
 * Captures where tasks were submitted, for the second half of an error's stack. A capture costs more than the rest of a submit. Only the
 * first few submits of a tick therefore have a capture of their own. Later submits of the tick share the last one, and the text says so.
 * Single submits are always exact.
 */
import { internalFrames } from './internal-frames.js';
import { limitStacks, restoreStacks } from './stack-limit.js';
import { beginWithUser, rewriteStack, tidyCauses } from './tidy-stack.js';

const exactPerTick = 4;
/** How many frames a capture has: the user frames worth showing, and those of submit. */
let frames = 8;

/** Runs a capture with room for this many frames of a decorator, which would otherwise displace the user's. For authors of executors. */
export function behindFrames<R>(count: number, capture: () => R): R {
  frames += count;
  try {
    return capture();
  } finally {
    frames -= count;
  }
}

/** The site of an earlier call, when the current submit is on its behalf. */
let origin: SubmitSite | undefined;

/** Submits on behalf of an earlier call at `site`: a map submits its later items when there is room for them. */
export function submitFrom<R>(site: SubmitSite, submit: () => R): R {
  const before = origin;
  origin = site;
  try {
    return submit();
  } finally {
    origin = before;
  }
}

/**
 * Takes that site, for the first submit only. The user's code may run during that submit, and what it submits has the site where it
 * calls.
 */
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

/** Captures the user's call of `resultSync`. */
export function waitSite({ resultSync }: { readonly resultSync: () => unknown }): SubmitSite {
  const limit = limitStacks(frames);
  const at = new Error();
  Error.captureStackTrace(at, resultSync);
  restoreStacks(limit);
  return { at, time: 0, shared: false };
}

/** Hands out sites. The owner has to call `nextTick` for each new tick. */
export class SubmitSites {
  readonly #tickBegins: () => void;
  #captured = 0;
  /** Kept for this tick only: a stack refers to the receivers of its frames' calls, among them the executor. */
  #last: SubmitSite | undefined;
  /** Whether time has passed since the last site within the same tick, since the caller blocked. */
  #isOld = false;

  /** @param tickBegins - called at the first site of a tick, for owners that do not know otherwise when to call `nextTick` */
  constructor(tickBegins: () => void = () => undefined) {
    this.#tickBegins = tickBegins;
  }

  /** Begins another tick. */
  nextTick(): void {
    this.#captured = 0;
    this.#last = undefined;
  }

  /** Notes that the caller blocks: its next submits belong to the same tick, but their time is later. */
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

/** Captures a site that no other task shares. */
export function captureSite(): SubmitSite {
  const limit = limitStacks(frames);
  const site = { at: new Error(), time: performance.now(), shared: false };
  restoreStacks(limit);
  return site;
}

/** The site of a call that failed during submit, however many frames lie between. */
export function failedSite(): SubmitSite {
  const at = new Error();
  beginWithUser(at, failedSite);
  return { at, time: performance.now(), shared: false };
}

/**
 * Completes the stack of an error that came from a worker: the worker's frames, then the caller's frames at submit.
 *
 * @param what - the caller's action there, for example `submitted`
 */
export function addSubmitStack(error: unknown, site: SubmitSite | undefined, what = 'submitted'): void {
  if (site === undefined) return;
  rewriteStack(error, (stack) => `${internalFrames.without(stack)}\n${describeSite(site, what)}`);
  tidyCauses(error);
}

/** An error that passes through many nested tasks of one thread shows where the first few were submitted. */
const mostSites = 3;
const sitesOf = new WeakMap<object, number>();

/**
 * Does the same for an error thrown on the caller's own thread. If submit called the task directly, the caller's frames are already
 * below the task's. They are then shown once.
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

/** Reads a capture's user frames; none when an application's `Error.prepareStackTrace` throws or returns something other than text. */
function framesOf({ at }: SubmitSite): readonly string[] {
  try {
    const { stack } = at as { stack?: unknown };
    return typeof stack === 'string' ? internalFrames.without(stack).split('\n').slice(1) : [];
  } catch {
    return [];
  }
}
