/**
 * The tasks that no worker was sent yet. Each priority has a lane, the highest first; a lane is first in, first out.
 *
 *   lanes   priority 5  ▢▢▢
 *           priority 0  ▢▢▢▢▢▢▢▢▢▢      each lane is a ring: ──head──▶ items ──tail──▶
 *           priority -1 ▢
 *
 * A cancelled task stays in its ring until `shift` reaches it, or until the last live task is gone.
 */
import { reportError } from '../helpers/report.js';

/** A growing ring buffer. */
class Ring<T> {
  #items: (T | undefined)[] = new Array<T | undefined>(64);
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    if (this.#size === this.#items.length) this.#grow();
    this.#items[(this.#head + this.#size) & (this.#items.length - 1)] = item;
    this.#size += 1;
  }

  unshift(item: T): void {
    if (this.#size === this.#items.length) this.#grow();
    this.#head = (this.#head - 1) & (this.#items.length - 1);
    this.#items[this.#head] = item;
    this.#size += 1;
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.#size -= 1;
    if (this.#size === 0 && this.#items.length > 1024) this.clear();
    return item;
  }

  clear(): void {
    this.#items = new Array<T | undefined>(64);
    this.#head = 0;
    this.#size = 0;
  }

  #grow(): void {
    const { length } = this.#items;
    const grown = new Array<T | undefined>(length * 2);
    for (let i = 0; i < this.#size; i++) grown[i] = this.#items[(this.#head + i) & (length - 1)];
    this.#items = grown;
    this.#head = 0;
  }
}

interface Lane<T> {
  readonly priority: number;
  readonly ring: Ring<T>;
}

/** A queue of tasks by priority. `isLive` tells whether a task is still wanted; `shift` drops the others when it reaches them. */
export class TaskQueue<T> {
  readonly #isLive: (item: T) => boolean;
  /** The lanes, the highest priority first. */
  readonly #lanes: Lane<T>[] = [];
  readonly #common: Lane<T> = { priority: 0, ring: new Ring<T>() };
  #size = 0;

  constructor(isLive: (item: T) => boolean) {
    this.#isLive = isLive;
    this.#lanes.push(this.#common);
  }

  /** The number of live items. */
  get size(): number {
    return this.#size;
  }

  push(item: T, priority: number): void {
    this.#lane(priority).ring.push(item);
    this.#size += 1;
  }

  /** Adds an item before all others of its priority. */
  unshift(item: T, priority: number): void {
    this.#lane(priority).ring.unshift(item);
    this.#size += 1;
  }

  /** Takes the next item that is wanted. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    for (let i = 0; i < this.#lanes.length; i++) {
      const lane = this.#lanes[i];
      for (let item = lane?.ring.shift(); item !== undefined; item = lane?.ring.shift()) {
        if (!this.#isLive(item)) continue;
        this.forgetOne();
        return item;
      }
      if (lane !== undefined && lane !== this.#common) this.#lanes.splice(i--, 1);
    }
    reportError(`the task queue counted ${String(this.#size)} tasks and held none`, 'HEDDLE_INTERNAL', undefined);
    this.#size = 0; // the contents are right and the count was wrong
    return undefined;
  }

  /** Counts one live item less. After the last one, it also drops the cancelled items. */
  forgetOne(): void {
    this.#size -= 1;
    if (this.#size > 0) return;
    if (this.#common.ring.size > 0) this.#common.ring.clear();
    if (this.#lanes.length > 1) this.#lanes.splice(0, this.#lanes.length, this.#common);
  }

  #lane(priority: number): Lane<T> {
    if (priority === 0) return this.#common;
    let at = 0;
    for (; at < this.#lanes.length; at++) {
      const lane = this.#lanes[at];
      if (lane?.priority === priority) return lane;
      if (lane !== undefined && lane.priority < priority) break;
    }
    const lane = { priority, ring: new Ring<T>() };
    this.#lanes.splice(at, 0, lane);
    return lane;
  }
}
