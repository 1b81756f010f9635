import type { CallerLedger } from '@heddle/engine';
import { DurationHistogram } from '@heddle/futures/authors';
import { ControlFile, at, createTurns, nextTurn, watchingBit } from './control-file.js';

/** The facts that the ledgers of one pool share: how many workers have tasks, and how many cores there are. */
export interface PoolLoad {
  busyWorkers: number;
  readonly cores: number;
}

/** The caller's side of the control file of one worker. */
export class FileCallerLedger implements CallerLedger {
  readonly watchMs = 0.06;
  readonly #file: ControlFile;
  readonly #load: PoolLoad;
  readonly #turns = createTurns();
  #placed = 0;
  #posted = 0;
  #roomAsked = 0;
  #maySpin = false;
  #isBuried = false;

  constructor(fd: number, load: PoolLoad) {
    this.#file = new ControlFile(fd);
    this.#load = load;
  }

  get running(): number {
    return this.#isBuried || this.#placed === 0 ? 0 : this.#file.uint32(at.running);
  }

  get suspended(): number {
    return this.#isBuried || this.#placed === 0 ? 0 : this.#file.uint32(at.suspended);
  }

  get posted(): number {
    return this.#file.float64(at.posted);
  }

  /** The worker's exit code, once it has announced its end. */
  get exitCode(): number | undefined {
    const word = this.#file.uint32(at.exitCode);
    return word === 0 ? undefined : word - 1;
  }

  /** Asks the worker to report its next read. */
  askForRoom(): void {
    this.#roomAsked = (this.#roomAsked + 1) >>> 0;
    this.#file.setUint32(at.roomAsked, this.#roomAsked);
  }

  get isWorkerAwake(): boolean {
    return this.#file.byte(at.spinning) === 1;
  }

  get runTimes(): DurationHistogram {
    const buckets = new Float64Array(DurationHistogram.length);
    this.#file.read(new Uint8Array(buckets.buffer), at.runTimes);
    return new DurationHistogram(buckets);
  }

  place(word: number): void {
    this.#turns[word] = nextTurn(this.#turns[word] ?? 0);
    if (this.#placed++ === 0) this.#load.busyWorkers += 1;
  }

  unplace(word: number): void {
    this.#turns[word] = previousTurn(this.#turns[word] ?? 1);
    this.#isLess();
  }

  hasClaimed(word: number): boolean {
    return (this.#file.byte(at.claimed + word) & ~watchingBit) === this.#turns[word];
  }

  isWatching(word: number): boolean {
    return this.#file.byte(at.claimed + word) === ((this.#turns[word] ?? 0) | watchingBit);
  }

  withdraw(word: number): boolean {
    if (this.hasClaimed(word)) return false;
    this.#file.setByte(at.withdrawn + word, this.#turns[word] ?? 0);
    return !this.hasClaimed(word);
  }

  free(): void {
    this.#isLess();
  }

  ring(): void {
    const { busyWorkers, cores } = this.#load;
    const maySpin = Math.max(busyWorkers, 1) + 1 <= cores;
    if (maySpin !== this.#maySpin) this.#file.setByte(at.maySpin, maySpin ? 1 : 0);
    this.#maySpin = maySpin;
    this.#file.setFloat64(at.bell, ++this.#posted);
  }

  workerGone(): void {
    this.#isBuried = true;
    if (this.#placed > 0) this.#load.busyWorkers -= 1;
    this.#placed = 0;
  }

  close(): void {
    this.#file.close();
  }

  #isLess(): void {
    if (this.#placed > 0 && --this.#placed === 0) this.#load.busyWorkers -= 1;
  }
}

function previousTurn(turn: number): number {
  return turn === 1 ? 127 : turn - 1;
}
