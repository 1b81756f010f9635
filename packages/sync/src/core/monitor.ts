/**
 * One object's memory as this thread sees it: the way in and out, its lines, grants and wake-ups. layout.ts has the memory,
 * docs/decisions/0016 the whole picture.
 *
 * "Inside" is between `enter` and `leave`: no user's code runs there, and nothing waits.
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

/** What distinguishes objects of one class from others. */
export interface Kind {
  /** The class's name. */
  readonly name: string;
  readonly lines: number;
  /** Whether one thread at a time holds it: holder.ts. */
  readonly hasHolder?: boolean;
  /** Who may release it, when it goes from holder to holder. */
  readonly releasedBy?: 'anybody' | 'owner';
  /** Lines in which a grant is a right to do something, until `use`. */
  readonly rightLines?: readonly number[];
  /** A thread died with grants that it had not taken. Inside. */
  takeBack(monitor: Monitor, line: number, count: number): void;
  /** Looks after what an object depends on beside its own memory, when its waiters are looked after. */
  inspect?(monitor: Monitor): void;
}

/** Slots of objects that nobody here has any more. */
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
  /** See weight.ts; also tells whether others can ask for this thread. */
  #weight: ArrayBufferLike | undefined;
  #patrolledAtMs = -Infinity;
  #askedAtMs = -Infinity;

  constructor(kind: Kind, words: Words = createWords(kind.lines)) {
    this.kind = kind;
    this.words = words;
    this.#lines = Array.from({ length: Atomics.load(words, lineCount) }, (_, i) => new Line(words, i));
    this.#own = this.#lines.map((line, i) => new OwnLine(words, line, i, kind.rightLines?.includes(i) === true));
  }

  /** Slot + 1 of this thread. */
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

  /** Whether this thread comes back when it is woken. */
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

  /** As `enter`, broken or not. */
  enterAnyway(): void {
    if (Atomics.compareExchange(this.words, mutex, 0, this.me) === 0) return;
    const hasOneDied = enterSlowly(this.words, this.#me);
    if (hasOneDied && Atomics.load(this.words, isChanging) === 1) this.break();
  }

  /** More than one word will be written, which have to agree: until `leave`. Inside. */
  beginChange(): void {
    Atomics.store(this.words, isChanging, 1);
  }

  /** Goes out, and wakes whom grants were given to. */
  leave(): void {
    if (Atomics.load(this.words, isChanging) === 1) Atomics.store(this.words, isChanging, 0);
    leave(this.words);
    if (this.#toWake.length > 0) this.#wakeAll();
  }

  /** How many wait in a line. Inside. */
  waiters(line: number): number {
    return this.#line(line).waiters;
  }

  /** How many wait in all lines, when nobody is just coming or going. */
  countWaiters(): number {
    this.enterAnyway();
    const count = this.#lines.reduce((sum, line) => sum + line.waiters, 0);
    this.leave();
    return count;
  }

  /** Waits from now on, as the last in a line. Inside. */
  enqueue(line: number): Waiter {
    const waiter = new Waiter(line);
    const own = this.#ownLine(line);
    own.look(this.#me - 1);
    own.waiters.add(waiter);
    this.beginChange();
    this.#line(line).append(this.#me - 1);
    return waiter;
  }

  /** The first in a line holds it now; nobody, when none waits. Inside. @returns false when nobody had it */
  handOn(line: number): boolean {
    const { first, waiters } = this.#line(line);
    if (first < 0) return setFree(this.words);
    this.beginChange();
    // Before the grant, which its thread may see at once.
    giveTo(this.words, first + 1, waiters > 1);
    this.grant(line);
    return true;
  }

  /** The first in a line gets a turn. Inside. @returns its slot; -1 when nobody waits */
  grant(line: number): number {
    if (this.waiters(line) === 0) return -1;
    this.beginChange();
    const slot = this.#line(line).takeFirst();
    Atomics.add(this.words, memberAt(slot) + granted + line, 1);
    this.#toWake.push(slot);
    return slot;
  }

  /** A waiter of this thread does what its turn gave it the right to. Inside. */
  use(line: number): void {
    this.#ownLine(line).use(this.#me - 1);
  }

  /** All in a line get their turn. Inside. @returns how many */
  grantAll(line: number): number {
    let count = 0;
    while (this.grant(line) >= 0) count += 1;
    return count;
  }

  /** All in a line are sent away. Inside. */
  flush(line: number): void {
    this.beginChange();
    for (const slot of this.#line(line).flush()) this.#toWake.push(slot);
  }

  /** From now on every operation fails, and who waits is sent away. Inside. */
  break(): void {
    this.beginChange();
    Atomics.store(this.words, isBroken, 1);
    setBeyondUse(this.words);
    for (const line of this.#lines) line.flush();
    this.#toWake.push(...takenSlots(this.words));
  }

  /** Makes it usable again, with nobody holding it. @returns false when it was not broken */
  reset(): boolean {
    this.enterAnyway();
    const wasBroken = Atomics.exchange(this.words, isBroken, 0) === 1;
    if (wasBroken) setFree(this.words);
    this.leave();
    return wasBroken;
  }

  /** Takes a waiter out of its line. @returns false when its turn had come */
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

  /** Gives the waiters of this thread what was granted. */
  look(): void {
    if (this.#me === 0) return;
    for (const line of this.#own) line.look(this.#me - 1);
  }

  /** Somebody here awaits its turn. */
  beginAwaiting(): void {
    this.#awaiting += 1;
    this.#keepWatch();
  }

  endAwaiting(): void {
    this.#awaiting -= 1;
    if (this.#awaiting === 0) letGo(this);
  }

  /** Something happened in the lines that this thread waits in. */
  woken(): void {
    this.look();
    this.#keepWatch();
  }

  /** How many of this thread wait in a line. */
  ownWaiters(line: number): number {
    return this.#ownLine(line).waiters.size;
  }

  /** Looks whether somebody who died stands in the way of others. */
  patrol(): void {
    // Outside, as nearly always nobody is dead: threads that wait, and do no more than this, can be ended without harm.
    for (const slot of takenSlots(this.words)) {
      const before = tenureOf(this.words, slot);
      if (slot !== this.#me - 1 && this.#standsInTheWay(slot)) this.#hasEnded(slot, before);
    }
    this.kind.inspect?.(this);
    this.look();
  }

  /**
   * Whether this thread is the last that has it: nobody else can end a wait here. Asks others whether they live at most once a
   * second. Outside.
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
    return !mayArrive(words); // one that has ended by now may have sent it to another
  }

  /** As `patrol`, for one who tries again and again, or waits a little each time; now and then. @returns whether it did */
  patrolIfDue(): boolean {
    const nowMs = performance.now();
    if (!this.isShared || nowMs - this.#patrolledAtMs < pauses.firstMs) return false;
    this.#patrolledAtMs = nowMs;
    this.patrol();
    return true;
  }

  /** Another thread will have it. */
  share(): void {
    Atomics.store(this.words, isShared, 1);
    if (this.me !== 0) this.#answer(); // others shall know that this thread has it
    markSent(this.words);
    this.#keepWatch();
  }

  /** It was received from another thread, which shall know that this one has it. @returns false when there is no slot left */
  tryJoin(): boolean {
    return this.#me !== 0 || this.#tryJoin();
  }

  /** This thread ends. */
  depart(): void {
    this.enterAnyway();
    this.#removeDeadMember(this.#me - 1);
    this.leave();
    this.#me = 0;
  }

  /** Why it is broken. */
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

  /** While somebody here awaits what others can bring about. */
  #keepWatch(): void {
    if (this.#awaiting === 0 || !this.isShared) return;
    keep(this);
    // What is pending must not keep the object when it is not awaited any more.
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
      // Those of dead threads are given back only when somebody looks.
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

  /** Others can ask from now on whether this thread lives. */
  #answer(): void {
    if (this.#weight !== undefined) return;
    this.#weight = weigh();
    const { words } = this;
    const hasHolder = this.kind.hasHolder === true;
    const slot = this.#me - 1;
    // The main thread ends with all others: nobody needs to ask for it.
    const stopAnswering = isMainThread ? undefined : startAnswering(words, slot);
    const leaveRealm = join(this);
    collected.register(this, () => {
      leaveRealm();
      // It was dropped while it was held: others shall get to know when this thread has ended.
      if (hasHolder && holderOf(words) === slot + 1) return;
      stopAnswering?.();
      wake(words, slot); // so that nothing stays pending for it
      giveSlotBack(words, slot, stopAnswering === undefined ? taken : leaving);
    });
  }

  /** Whether others can't go on before the thread of a slot does. */
  #standsInTheWay(slot: number): boolean {
    return (this.kind.hasHolder === true && holderOf(this.words) === slot + 1) || hasGrants(this.words, slot);
  }

  /** Looks whether the thread of a slot has ended. If so, the slot is given back. @param tenure - whose the slot was before. Outside */
  #hasEnded(slot: number, tenure: number): boolean {
    if (!isDead(this.words, slot)) return false;
    this.enterAnyway();
    if (tenureOf(this.words, slot) === tenure) this.#removeDeadMember(slot);
    this.leave();
    return true;
  }

  /** The thread of a slot has ended. Inside. */
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
