/**
 * The tree of cancellation scopes.
 *
 *   run(main) ── TaskGroup ──┬── task ── timeout
 *                            ├── task ── shield ┄┄ task        cancel() goes down, and stops at a shield
 *                            └── task ── task
 *
 * Invariants
 * - A scope that is cancelled stays so, with one error: every wait of ours in it throws this error.
 * - A scope that is opened in a cancelled one is cancelled from the beginning, unless it is a shield.
 * - A scope is closed when what it was opened for has ended, and is in its parent's list until then.
 * - A scope is busy with each child but for passive ones that are idle: groups with no body that runs, which nobody may ever
 *   close. It ends when it is no longer busy.
 *
 * The list of children links the scopes themselves: a group may have a million, and each is added and taken out once.
 */
import { CancelledError, currentTask, type CurrentTask, type Future } from '@heddle/futures';
import { whenAborted } from '@heddle/futures/authors';
import { cancelledBy } from './cancelled-by.js';
import { watchOverdue } from './overdue.js';

/** What a scope tells the task it belongs to. */
export interface ScopeOwner {
  readonly name: string;
  readonly future: Future<unknown>;
  readonly isRunning: boolean;
  /** The scope was cancelled, by whomever. */
  scopeCancelled(error: CancelledError): void;
}

/** Told once, when the scope is cancelled. */
type Waiter = (error: CancelledError) => void;

/** What few scopes have; a task has none of it. */
interface Extras {
  /** Whether the parent's cancellation stops here. */
  shielded?: boolean;
  /** How long what was cancelled may take to end, in milliseconds, before it is reported; that of the parent where there is none. */
  graceMs?: number | undefined;
  /** What runs in it directly, for reports; a coroutine has a name. */
  body?: string | undefined;
  /** Whether nothing runs in it but what is begun from elsewhere. */
  isPassive?: boolean;
  /** Told of each task of this scope that fails. */
  onFailure?: (error: unknown, task: ScopeOwner) => void;
  controller?: AbortController;
  /** Resolves the promise of {@link Scope.untilIdle}. */
  onIdle?: (() => void) | undefined;
  /** Takes away what was set up for this scope: a listener, a timer. */
  cleanup?: () => void;
}

const defaultGraceMs = 1000;

export class Scope {
  readonly parent: Scope | undefined;
  /** The coroutine whose scope it is. */
  readonly owner: ScopeOwner | undefined;
  /** The task of an executor that the scope was opened in. */
  readonly host: CurrentTask | undefined;
  #error: CancelledError | undefined = undefined;
  /** One is stored bare, since a coroutine waits for one thing at a time. */
  #waiters: Waiter | Set<Waiter> | undefined = undefined;
  #firstChild: Scope | undefined = undefined;
  #previous: Scope | undefined = undefined;
  #next: Scope | undefined = undefined;
  /** How many children it is busy with. */
  #busy = 0;
  #isOpen = true;
  #extras: Extras | undefined = undefined;

  /** @param graceMs - by itself that of the parent, 1000 at the root */
  constructor(parent: Scope | undefined, owner?: ScopeOwner, shielded = false, graceMs?: number, isPassive = false) {
    this.parent = parent;
    this.owner = owner;
    if (shielded || graceMs !== undefined || isPassive) this.#extras = { shielded, graceMs, isPassive };
    this.host = currentTask();
    if (parent === undefined) return;
    if (!shielded) this.#error = parent.#error;
    const first = parent.#firstChild;
    if (first !== undefined) first.#previous = this;
    this.#next = first;
    parent.#firstChild = this;
    if (!isPassive) parent.#enter();
  }

  /** What every wait in this scope throws, once it is cancelled. */
  get error(): CancelledError | undefined {
    return this.#error;
  }

  /** Aborts when the scope is cancelled, with its error as the reason. Made when it is first asked for. */
  get signal(): AbortSignal {
    const { extras } = this;
    if (extras.controller === undefined) {
      extras.controller = new AbortController();
      if (this.#error !== undefined) extras.controller.abort(this.#error);
    }
    return extras.controller.signal;
  }

  /** What few scopes have. */
  get extras(): Extras {
    return (this.#extras ??= {});
  }

  get shielded(): boolean {
    return this.#extras?.shielded ?? false;
  }

  get body(): string | undefined {
    return this.#extras?.body;
  }

  get graceMs(): number {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- walks up, however deep
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      if (scope.#extras?.graceMs !== undefined) return scope.#extras.graceMs;
    }
    return defaultGraceMs;
  }

  /** Whether nothing is under way in it, besides its body. */
  get isIdle(): boolean {
    return this.#busy === 0;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A body begins to run in it. */
  activate(body: string): void {
    const { extras } = this;
    extras.body = body;
    if (extras.isPassive !== true) return;
    extras.isPassive = false;
    if (this.#busy === 0 && this.parent !== undefined) this.parent.#enter();
  }

  /**
   * Cancels the scope and all below it, but for shields. Those that were cancelled before keep their error.
   *
   * @param graceMs - `Infinity` when somebody else sees to what does not end
   */
  cancel(error: CancelledError, graceMs: number = this.graceMs): void {
    if (this.#error !== undefined || !this.#isOpen) return;
    this.#error = error;
    const marked: Scope[] = [this];
    // It grows while it is walked. A recursion would be as deep as the tree.
    for (const scope of marked) {
      for (let child = scope.#firstChild; child !== undefined; child = child.#next) {
        if (child.shielded || child.#error !== undefined) continue;
        child.#error = error;
        marked.push(child);
      }
    }
    if (graceMs !== Infinity) this.onClose(watchOverdue(this, error, graceMs));
    // They are told when all are marked: listeners of a signal, which run now, find everything below cancelled.
    for (const scope of marked) scope.#tell(error);
  }

  /** Cancels what is in the scope, and not the scope. */
  cancelChildren(error: CancelledError): void {
    for (const child of this.children()) if (!child.shielded) child.cancel(error);
  }

  /** The scopes in this one, as they are now; the last first. */
  children(): Scope[] {
    const children: Scope[] = [];
    for (let child = this.#firstChild; child !== undefined; child = child.#next) children.push(child);
    return children;
  }

  /** Tells `waiter` of the cancellation to come; the scope must not be cancelled. To be taken back by {@link Scope.leave}. */
  join(waiter: Waiter): void {
    const waiters = this.#waiters;
    if (waiters === undefined) this.#waiters = waiter;
    else if (typeof waiters === 'function') this.#waiters = new Set([waiters, waiter]);
    else waiters.add(waiter);
  }

  leave(waiter: Waiter): void {
    const waiters = this.#waiters;
    if (waiters === waiter) this.#waiters = undefined;
    else if (typeof waiters === 'object') waiters.delete(waiter);
  }

  /** Cancels the scope when a signal aborts, until it is closed. */
  follow(signal: AbortSignal, what: string): void {
    const stop = (): void => {
      this.cancel(cancelledBy(what, signal.reason));
    };
    if (signal.aborted) stop();
    else this.onClose(whenAborted(signal, stop));
  }

  /** Calls back when the scope is closed. */
  onClose(cleanup: () => void): void {
    const { extras } = this;
    const before = extras.cleanup;
    extras.cleanup =
      before === undefined
        ? cleanup
        : (): void => {
            before();
            cleanup();
          };
  }

  /** Resolves when nothing is under way in it. */
  async untilIdle(): Promise<void> {
    while (this.#busy > 0) {
      await new Promise<void>((resolve) => {
        const { extras } = this;
        const before = extras.onIdle;
        extras.onIdle = (): void => {
          before?.();
          resolve();
        };
      });
    }
  }

  /** What it was opened for has ended. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#extras?.cleanup?.();
    // Passive ones that somebody forgot, or still has: what is begun in them from now on is cancelled.
    if (this.#firstChild !== undefined) {
      const over = new CancelledError('the scope that this was opened in has ended');
      for (const child of this.children()) if (child.#isPassive) child.cancel(over);
    }
    const { parent } = this;
    if (parent === undefined) return;
    if (this.#previous === undefined) parent.#firstChild = this.#next;
    else this.#previous.#next = this.#next;
    if (this.#next !== undefined) this.#next.#previous = this.#previous;
    if (!this.#isPassive || this.#busy > 0) parent.#leave();
  }

  get #isPassive(): boolean {
    return this.#extras?.isPassive ?? false;
  }

  /** A child is under way. */
  #enter(): void {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- walks up, while nobody was busy there
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      scope.#busy += 1;
      if (scope.#busy > 1 || !scope.#isPassive) return;
    }
  }

  /** A child has ended. */
  #leave(): void {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- walks up, while nobody is busy there any longer
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      scope.#busy -= 1;
      const extras = scope.#extras;
      if (scope.#busy > 0 || extras === undefined) return;
      const { onIdle } = extras;
      extras.onIdle = undefined;
      onIdle?.();
      if (extras.isPassive !== true) return;
      if (scope.#error !== undefined) scope.close();
    }
  }

  #tell(error: CancelledError): void {
    const waiters = this.#waiters;
    this.#waiters = undefined;
    if (typeof waiters === 'function') waiters(error);
    else if (waiters !== undefined) for (const waiter of waiters) waiter(error);
    const extras = this.#extras;
    extras?.controller?.abort(error);
    this.owner?.scopeCancelled(error);
    if (extras?.isPassive === true && this.#busy === 0) this.close();
  }
}
