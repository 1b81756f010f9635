import { InvalidStateError } from '@heddle/futures';
import { durationMs } from '@heddle/futures/authors';
import { serializable } from '@heddle/serialization';
import type { AnyThread } from './any-thread.js';
import { checkBundle } from './check-bundle.js';
import { joinSync, mayNeverEnd } from './join-sync.js';
import { keepAliveWhile } from './keep-alive-while.js';
import { ownPlace } from './own-place.js';
import { mainPlace, ownIdent, registry, unknownIdent, type ThreadFacts, type ThreadPlace } from './thread-registry.js';
import { threadState } from './thread-state.js';

/**
 * A thread as it travels. Its registry's memory shows that it belongs to the same program; it cannot travel to another
 * process.
 */
export interface ThreadOnTheWire {
  readonly place: ThreadPlace;
  readonly facts: ThreadFacts;
  readonly program: SharedArrayBuffer;
}

/** Represents a thread that was started elsewhere, or the present thread. */
export class ThreadView implements AnyThread {
  readonly name: string;
  readonly daemon: boolean;
  readonly #facts: ThreadFacts;
  /** `undefined` for the present thread, when Heddle did not start it. */
  readonly #place: ThreadPlace | undefined;

  constructor(place: ThreadPlace | undefined, facts: ThreadFacts) {
    this.#place = place;
    this.#facts = facts;
    this.name = facts.name;
    this.daemon = facts.daemon;
  }

  get ident(): number | undefined {
    const { ident } = this.#facts;
    if (ident !== unknownIdent) return ident;
    // When this view was made, the starter did not know the ident yet.
    const told = this.#place === undefined ? undefined : registry.facts(this.#place)?.ident;
    return told === unknownIdent ? undefined : told;
  }

  isAlive(): boolean {
    return this.#place === undefined || registry.isAlive(this.#place);
  }

  async join(timeoutMs?: number): Promise<boolean> {
    const place = this.#checkJoin('join', timeoutMs);
    await keepAliveWhile(registry.whenEnded(place, timeoutMs ?? Infinity));
    return !registry.isAlive(place);
  }

  joinSync(timeoutMs?: number): boolean {
    const place = this.#checkJoin('joinSync', timeoutMs);
    const { isPooled, starter } = this.#facts;
    if (isPooled && starter === ownIdent && mayNeverEnd(timeoutMs) && registry.isAlive(place)) {
      throw new InvalidStateError(
        `joinSync: ${this.name} is a worker of a pool of this thread, which has to go on to let it end; await join(), or give a timeoutMs`,
      );
    }
    return joinSync(place, this.name, timeoutMs);
  }

  #checkJoin(what: string, timeoutMs: number | undefined): ThreadPlace {
    if (timeoutMs !== undefined) durationMs(timeoutMs, `${what}: timeoutMs`);
    const place = this.#place;
    if (place === undefined || place.serial === ownPlace()?.serial)
      throw new InvalidStateError(`cannot join current thread: ${this.name} would wait for its own end`);
    if (place.serial === mainPlace.serial) throw new InvalidStateError('cannot join the main thread: it ends last, with the program');
    return place;
  }

  static {
    serializable(import.meta.url, ThreadView, {
      encode: (view: ThreadView): ThreadOnTheWire => {
        checkBundle(`thread ${view.name}`);
        const place = view.#place;
        if (place === undefined)
          throw new InvalidStateError(`${view.name} is a worker that Heddle did not start: only it itself knows of it`);
        return { place, facts: { ...view.#facts, ident: view.ident ?? unknownIdent }, program: registry.memory };
      },
      decode: fromTheWire as (wire: ThreadOnTheWire) => never,
    });
  }
}

/** Returns the object that represents a thread here: always the same one, as long as the thread is alive. */
export function viewOf(place: ThreadPlace, facts: ThreadFacts): AnyThread {
  const { known } = threadState;
  let view = known.get(place.serial);
  if (view === undefined) {
    forgetEnded();
    view = new ThreadView(place, facts);
    known.set(place.serial, view);
  }
  return view;
}

/** Returns the object that represents here a thread that has arrived from another one. */
export function fromTheWire({ place, facts }: ThreadOnTheWire): AnyThread {
  return viewOf(place, facts);
}

/** Forgets the objects of threads that have ended. Code that still holds one keeps it. */
function forgetEnded(): void {
  const living = new Set(registry.living().map(({ serial }) => serial));
  for (const serial of threadState.known.keys()) if (!living.has(serial)) threadState.known.delete(serial);
}
