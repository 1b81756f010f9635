/**
 * The tree of cancellation scopes.
 *
 *   run(main) ── TaskGroup ──┬── task ── timeout
 *                            ├── task ── shield ┄┄ task        cancel() goes down, and stops at a shield
 *                            └── task ── task
 *
 * Invariants
 * - A cancelled scope stays cancelled, with one error: every wait of this package in it throws this error.
 * - A scope that is opened in a cancelled one is cancelled from the beginning, unless it is a shield.
 * - A scope is closed when the code that it was opened for has ended. It is in its parent's list until then.
 * - A scope is busy with each child, except with passive children that are idle. A passive scope is a group without a running body;
 *   its owner may never close it.
 *
 * The scopes themselves are the nodes of the list of children, because a group may have a million of them.
 */
import { CancelledError, currentTask, type CurrentTask, type Future } from '@heddle/futures';
import { whenAborted } from '@heddle/futures/authors';
import { cancelledBy } from './cancelled-by.js';
import { watchOverdue } from './overdue.js';

/** The task that a scope belongs to. */
export interface ScopeOwner {
  readonly name: string;
  readonly future: Future<unknown>;
  readonly isRunning: boolean;
  /** The scope was cancelled, through this task or from outside. */
  scopeCancelled(error: CancelledError): void;
}

/** Called once, when the scope is cancelled. */
type Waiter = (error: CancelledError) => void;

/** Properties that few scopes have. The scope of a task usually has none, which saves memory. */
interface Extras {
  /** Whether the parent's cancellation does not reach this scope. */
  shielded?: boolean;
  /** How many milliseconds cancelled tasks may take to end before they are reported. By default that of the parent. */
  graceMs?: number | undefined;
  /** The name of the body that runs in this scope, for reports, when the scope belongs to no task. */
  body?: string | undefined;
  /** Whether the scope has no running body. */
  isPassive?: boolean;
  /** Called for each task of this scope that fails. */
  onFailure?: (error: unknown, task: ScopeOwner) => void;
  controller?: AbortController;
  /** Resolves the promise of {@link Scope.untilIdle}. */
  onIdle?: (() => void) | undefined;
  /** Removes listeners and timers of this scope. */
  cleanup?: () => void;
}

const defaultGraceMs = 1000;

export class Scope {
  readonly parent: Scope | undefined;
  /** The task that the scope belongs to. */
  readonly owner: ScopeOwner | undefined;
  /** The executor's task that the scope was opened in. */
  readonly host: CurrentTask | undefined;
  #error: CancelledError | undefined = undefined;
  /** A single waiter is stored without a set, since a coroutine usually waits for one thing at a time. */
  #waiters: Waiter | Set<Waiter> | undefined = undefined;
  #firstChild: Scope | undefined = undefined;
  #previous: Scope | undefined = undefined;
  #next: Scope | undefined = undefined;
  /** How many children the scope is busy with. */
  #busy = 0;
  #isOpen = true;
  #extras: Extras | undefined = undefined;

  /** @param graceMs - by default that of the parent; 1000 at the root */
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

  /** The error that every wait in this scope throws after its cancellation. */
  get error(): CancelledError | undefined {
    return this.#error;
  }

  /** Aborts when the scope is cancelled, with the scope's error as the reason. Created on first use. */
  get signal(): AbortSignal {
    const { extras } = this;
    if (extras.controller === undefined) {
      extras.controller = new AbortController();
      if (this.#error !== undefined) extras.controller.abort(this.#error);
    }
    return extras.controller.signal;
  }

  /** Properties that few scopes have. Reading this creates them. */
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

  /** Whether the scope is busy with no child. */
  get isIdle(): boolean {
    return this.#busy === 0;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A body begins to run in the scope. */
  activate(body: string): void {
    const { extras } = this;
    extras.body = body;
    if (extras.isPassive !== true) return;
    extras.isPassive = false;
    if (this.#busy === 0 && this.parent !== undefined) this.parent.#enter();
  }

  /**
   * Cancels the scope and all scopes below it, except shields. Scopes that were cancelled before keep their error.
   *
   * @param graceMs - `Infinity` when the caller itself reports tasks that do not end
   */
  cancel(error: CancelledError, graceMs: number = this.graceMs): void {
    if (this.#error !== undefined || !this.#isOpen) return;
    this.#error = error;
    const marked: Scope[] = [this];
    // The array grows while the loop walks it. A recursion would be as deep as the tree.
    for (const scope of marked) {
      for (let child = scope.#firstChild; child !== undefined; child = child.#next) {
        if (child.shielded || child.#error !== undefined) continue;
        child.#error = error;
        marked.push(child);
      }
    }
    if (graceMs !== Infinity) this.onClose(watchOverdue(this, error, graceMs));
    // All scopes are marked before the first one is told: signal listeners run now, and must find everything below cancelled.
    for (const scope of marked) scope.#tell(error);
  }

  /** Cancels the children of the scope, but not the scope itself. */
  cancelChildren(error: CancelledError): void {
    for (const child of this.children()) if (!child.shielded) child.cancel(error);
  }

  /** A copy of the list of children; the last one comes first. */
  children(): Scope[] {
    const children: Scope[] = [];
    for (let child = this.#firstChild; child !== undefined; child = child.#next) children.push(child);
    return children;
  }

  /** Calls `waiter` when the scope is cancelled, until {@link Scope.leave}. The scope must not be cancelled yet. */
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

  /** Resolves when the scope is idle. */
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

  /** The code that the scope was opened for has ended. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#extras?.cleanup?.();
    // Passive children may stay open for ever. Tasks that begin in them from now on are cancelled.
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

  /** The scope becomes busy with one more child. */
  #enter(): void {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- walks up while the ancestors were idle
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      scope.#busy += 1;
      if (scope.#busy > 1 || !scope.#isPassive) return;
    }
  }

  /** The scope is no longer busy with a child. */
  #leave(): void {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- walks up while the ancestors become idle
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
