/**
 * One thread's view of one object's shared memory: entering and leaving it, its lines, grants and wake-ups. layout.ts describes the memory,
 * docs/decisions/0016 the whole design.
 *
 * "Inside" means between `enter` and `leave`. No user code runs inside, and nothing waits there.
 */
import { isMainThread } from 'node:worker_threads';
import { AbandonedLockError } from '@heddle/futures/errors';
import { giveTo, holderOf, setBeyondUse, setFree } from './holder.js';
import {
  createWords,
  granted,
  isBroken,
  isChanging,
  isShared,
  leaving,
  lineCount,
  memberAt,
  mutex,
  state,
  taken,
  type Words,
} from './layout.js';
import { Line } from './line.js';
import { isDead, startAnswering } from './liveness.js';
import { giveSlotBack, hasGrants, takeSlot, takenSlots, tenureOf, wake } from './members.js';
import { enterSlowly, leave, newcomer } from './mutex.js';
import { markSent, mayArrive } from './others.js';
import { OwnLine } from './own-line.js';
import { pauses } from './pauses.js';
import { join, keep, letGo } from './realm.js';
import { Waiter } from './waiter.js';
import { Watch } from './watch.js';
import { weigh } from './weight.js';

/** The traits of a class of objects. */
export interface Kind {
  /** The class's name. */
  readonly name: string;
  readonly lines: number;
  /** True when one thread at a time holds the object: see holder.ts. */
  readonly hasHolder?: boolean;
  /** Who may release the object, if it goes from holder to holder. */
  readonly releasedBy?: 'anybody' | 'owner';
  /** The lines in which a grant stays a right to do something, until `use`. */
  readonly rightLines?: readonly number[];
  /** Called when a thread died with grants that it had not taken. Inside. */
  takeBack(monitor: Monitor, line: number, count: number): void;
  /** Called whenever the waiters are checked: checks what the object depends on beside its own memory. */
  inspect?(monitor: Monitor): void;
}

/** Gives back the slots of objects that nothing in this thread refers to any more. */
const collected = new FinalizationRegistry<() => void>((giveBack) => {
  giveBack();
});

export class Monitor {
  readonly words: Words;
  readonly kind: Kind;
  readonly #lines: readonly Line[];
  readonly #own: readonly OwnLine[];
  readonly #watch = new Watch();
  readonly #toWake: number[] = [];
  #me = 0;
  #awaiting = 0;
  /** See weight.ts. It is set once other threads can ask whether this thread lives. */
  #weight: ArrayBufferLike | undefined;
  #patrolledAtMs = -Infinity;
  #askedAtMs = -Infinity;

  constructor(kind: Kind, words: Words = createWords(kind.lines)) {
    this.kind = kind;
    this.words = words;
    this.#lines = Array.from({ length: Atomics.load(words, lineCount) }, (_, i) => new Line(words, i));
    this.#own = this.#lines.map((line, i) => new OwnLine(words, line, i, kind.rightLines?.includes(i) === true));
  }

  /** This thread's slot + 1. */
  get me(): number {
    if (this.#me === 0) this.#join();
    return this.#me;
  }

  get isShared(): boolean {
    return Atomics.load(this.words, isShared) === 1;
  }

  get isBroken(): boolean {
    return Atomics.load(this.words, isBroken) === 1;
  }

  /** True when a wake-up calls this thread back although it does not block. */
  get isWatching(): boolean {
    return this.#watch.isOn;
  }

  /** @throws AbandonedLockError when it is broken */
  enter(): void {
    this.enterAnyway();
    if (Atomics.load(this.words, isBroken) === 0) return;
    this.leave();
    throw this.abandoned();
  }

  /** @throws AbandonedLockError when it is broken */
  checkUsable(): void {
    if (Atomics.load(this.words, isBroken) === 1) throw this.abandoned();
  }

  /** Enters as `enter` does, also when the object is broken. */
  enterAnyway(): void {
    if (Atomics.compareExchange(this.words, mutex, 0, this.me) === 0) return;
    const hasOneDied = enterSlowly(this.words, this.#me);
    if (hasOneDied && Atomics.load(this.words, isChanging) === 1) this.break();
  }

  /** Marks that several words are being written that have to agree. The mark holds until `leave`. Inside only. */
  beginChange(): void {
    Atomics.store(this.words, isChanging, 1);
  }

  /** Leaves, and then wakes the threads that were granted something. */
  leave(): void {
    if (Atomics.load(this.words, isChanging) === 1) Atomics.store(this.words, isChanging, 0);
    leave(this.words);
    if (this.#toWake.length > 0) this.#wakeAll();
  }

  /** Counts the waiters of a line. Inside only. */
  waiters(line: number): number {
    return this.#line(line).waiters;
  }

  /** Counts the waiters of all lines. The count is exact only while none comes or goes. */
  countWaiters(): number {
    this.enterAnyway();
    const count = this.#lines.reduce((sum, line) => sum + line.waiters, 0);
    this.leave();
    return count;
  }

  /** Makes a waiter the last in a line. Inside only. */
  enqueue(line: number): Waiter {
    const waiter = new Waiter(line);
    const own = this.#ownLine(line);
    own.look(this.#me - 1);
    own.waiters.add(waiter);
    this.beginChange();
    this.#line(line).append(this.#me - 1);
    return waiter;
  }

  /** Hands the object to the first in a line. Without waiters it becomes free. Inside only. @returns false when nobody held it */
  handOn(line: number): boolean {
    const { first, waiters } = this.#line(line);
    if (first < 0) return setFree(this.words);
    this.beginChange();
    // Before the grant, because its thread may see the grant at once.
    giveTo(this.words, first + 1, waiters > 1);
    this.grant(line);
    return true;
  }

  /** Gives the first in a line its turn. Inside only. @returns its slot; -1 when nobody waits */
  grant(line: number): number {
    if (this.waiters(line) === 0) return -1;
    this.beginChange();
    const slot = this.#line(line).takeFirst();
    Atomics.add(this.words, memberAt(slot) + granted + line, 1);
    this.#toWake.push(slot);
    return slot;
  }

  /** Marks the right of a waiter of this thread as used. Inside only. */
  use(line: number): void {
    this.#ownLine(line).use(this.#me - 1);
  }

  /** Gives all in a line their turn. Inside only. @returns how many */
  grantAll(line: number): number {
    let count = 0;
    while (this.grant(line) >= 0) count += 1;
    return count;
  }

  /** Sends all waiters of a line away. Inside only. */
  flush(line: number): void {
    this.beginChange();
    for (const slot of this.#line(line).flush()) this.#toWake.push(slot);
  }

  /** Makes every later operation fail, and sends all waiters away. Inside only. */
  break(): void {
    this.beginChange();
    Atomics.store(this.words, isBroken, 1);
    setBeyondUse(this.words);
    for (const line of this.#lines) line.flush();
    this.#toWake.push(...takenSlots(this.words));
  }

  /** Makes the object usable again; nobody holds it then. @returns false when it was not broken */
  reset(): boolean {
    this.enterAnyway();
    const wasBroken = Atomics.exchange(this.words, isBroken, 0) === 1;
    if (wasBroken) setFree(this.words);
    this.leave();
    return wasBroken;
  }

  /** Takes a waiter out of its line. @returns false when it has had its turn already */
  withdraw(waiter: Waiter): boolean {
    const own = this.#ownLine(waiter.line);
    this.enterAnyway();
    own.look(this.#me - 1);
    const isWaiting = waiter.turn === undefined;
    if (isWaiting) {
      this.beginChange();
      this.#line(waiter.line).remove(this.#me - 1, [...own.waiters].indexOf(waiter));
      own.waiters.delete(waiter);
      waiter.onWithdraw?.();
    }
    this.leave();
    return isWaiting;
  }

  /** Gives the grants of this thread to its waiters. */
  look(): void {
    if (this.#me === 0) return;
    for (const line of this.#own) line.look(this.#me - 1);
  }

  /** Called when a waiter of this thread begins to await its turn. */
  beginAwaiting(): void {
    this.#awaiting += 1;
    this.#keepWatch();
  }

  endAwaiting(): void {
    this.#awaiting -= 1;
    if (this.#awaiting === 0) letGo(this);
  }

  /** Called when the lines in which this thread waits have changed. */
  woken(): void {
    this.look();
    this.#keepWatch();
  }

  /** Counts this thread's waiters in a line. */
  ownWaiters(line: number): number {
    return this.#ownLine(line).waiters.size;
  }

  /** Checks whether a dead thread stands in the way of others. */
  patrol(): void {
    // Not inside, since nearly always no thread is dead. So a thread that only waits and checks can be ended without harm.
    for (const slot of takenSlots(this.words)) {
      const before = tenureOf(this.words, slot);
      if (slot !== this.#me - 1 && this.#standsInTheWay(slot)) this.#hasEnded(slot, before);
    }
    this.kind.inspect?.(this);
    this.look();
  }

  /**
   * Tells whether no other thread has the object, so that nobody else can end a wait here. It asks the others whether they live at most
   * once a second. Not inside.
   */
  isAlone(): boolean {
    const { words } = this;
    if (mayArrive(words)) return false;
    const others = takenSlots(words).filter((slot) => slot !== this.#me - 1);
    if (others.length > 0) {
      const nowMs = performance.now();
      if (nowMs - this.#askedAtMs < pauses.othersMs) return false;
      this.#askedAtMs = nowMs;
      if (!others.every((slot) => this.#hasEnded(slot, tenureOf(words, slot)))) return false;
    }
    return !mayArrive(words); // A thread that has ended by now may have sent it to another.
  }

  /** Runs `patrol` now and then. For callers that try again and again, or wait a little each time. @returns true when it ran */
  patrolIfDue(): boolean {
    const nowMs = performance.now();
    if (!this.isShared || nowMs - this.#patrolledAtMs < pauses.firstMs) return false;
    this.#patrolledAtMs = nowMs;
    this.patrol();
    return true;
  }

  /** Called before the object is sent to another thread. */
  share(): void {
    Atomics.store(this.words, isShared, 1);
    if (this.me !== 0) this.#answer(); // Other threads have to know that this thread has it.
    markSent(this.words);
    this.#keepWatch();
  }

  /**
   * Takes a slot for an object that arrived from another thread, so that others know that this thread has it. @returns false when no slot
   * is left
   */
  tryJoin(): boolean {
    return this.#me !== 0 || this.#tryJoin();
  }

  /** Called when this thread ends. */
  depart(): void {
    this.enterAnyway();
    this.#removeDeadMember(this.#me - 1);
    this.leave();
    this.#me = 0;
  }

  /** @returns the error of an operation on the broken object */
  abandoned(): AbandonedLockError {
    return new AbandonedLockError(
      `this ${this.kind.name} is abandoned: a thread has ended that held it, or was just changing it; what it guards may be half done`,
    );
  }

  #line(line: number): Line {
    return this.#lines[line] as Line;
  }

  #ownLine(line: number): OwnLine {
    return this.#own[line] as OwnLine;
  }

  #wakeAll(): void {
    for (const slot of this.#toWake) {
      if (slot === this.#me - 1) this.look();
      else wake(this.words, slot);
    }
    this.#toWake.length = 0;
  }

  /** Watches for wake-ups while something here awaits what other threads can bring about. */
  #keepWatch(): void {
    if (this.#awaiting === 0 || !this.isShared) return;
    keep(this);
    // The pending callback must not keep the object alive once nobody awaits it any more.
    const self = new WeakRef(this);
    this.#watch.start(this.words, this.#me - 1, () => {
      self.deref()?.woken();
    });
    this.look();
  }

  #join(): void {
    if (!this.#tryJoin())
      throw new RangeError(
        `this ${this.kind.name} is used by ${String(takenSlots(this.words).length)} threads, and there is room for no more`,
      );
  }

  #tryJoin(): boolean {
    let slot = takeSlot(this.words);
    if (slot < 0) {
      // The slots of dead threads are given back only when a thread checks.
      this.#me = newcomer;
      this.enterAnyway();
      for (const each of takenSlots(this.words)) if (isDead(this.words, each)) this.#removeDeadMember(each);
      this.leave();
      this.#me = 0;
      slot = takeSlot(this.words);
      if (slot < 0) return false;
    }
    this.#me = slot + 1;
    if (this.isShared) this.#answer();
    return true;
  }

  /** Lets other threads ask from now on whether this thread lives. */
  #answer(): void {
    if (this.#weight !== undefined) return;
    this.#weight = weigh();
    const { words } = this;
    const hasHolder = this.kind.hasHolder === true;
    const slot = this.#me - 1;
    // All other threads end with the main thread, so none needs to ask for it.
    const stopAnswering = isMainThread ? undefined : startAnswering(words, slot);
    const leaveRealm = join(this);
    collected.register(this, () => {
      leaveRealm();
      // The object was dropped while it was held: other threads have to find out once this thread has ended.
      if (hasHolder && holderOf(words) === slot + 1) return;
      stopAnswering?.();
      wake(words, slot); // So that nothing stays pending for it.
      giveSlotBack(words, slot, stopAnswering === undefined ? taken : leaving);
    });
  }

  /** Tells whether others have to wait for the thread of a slot before they can go on. */
  #standsInTheWay(slot: number): boolean {
    return (this.kind.hasHolder === true && holderOf(this.words) === slot + 1) || hasGrants(this.words, slot);
  }

  /** Tells whether the thread of a slot has ended, and gives the slot back if so. Not inside. @param tenure - read before the question */
  #hasEnded(slot: number, tenure: number): boolean {
    if (!isDead(this.words, slot)) return false;
    this.enterAnyway();
    if (tenureOf(this.words, slot) === tenure) this.#removeDeadMember(slot);
    this.leave();
    return true;
  }

  /** Removes all that the ended thread of a slot left behind. Inside only. */
  #removeDeadMember(slot: number): void {
    this.beginChange();
    for (const line of this.#lines) line.removeAll(slot);
    for (const line of this.#lines.keys()) {
      const grants = Atomics.exchange(this.words, memberAt(slot) + granted + line, 0);
      if (grants > 0) this.kind.takeBack(this, line, grants);
    }
    if (this.kind.hasHolder === true && holderOf(this.words) === slot + 1) this.break();
    giveSlotBack(this.words, slot, Atomics.load(this.words, memberAt(slot) + state));
  }
}
