import type { WorkerLedger } from '@heddle/engine';
import { DurationHistogram } from '@heddle/futures/worker';
import { ControlFile, at, createTurns, nextTurn, watchingBit } from './control-file.js';

/** The worker's side of its control file. */
export class FileWorkerLedger implements WorkerLedger {
  readonly runTimes: DurationHistogram;
  readonly pollsPerLook = 5;
  readonly #file: ControlFile;
  readonly #turns = createTurns();
  readonly #runTimes = new Float64Array(DurationHistogram.length);
  readonly #runTimeBytes = new Uint8Array(this.#runTimes.buffer);
  #posted = 0;
  #roomGiven = 0;
  #running = -1;
  #suspended = 0;

  constructor(fd: number) {
    this.#file = new ControlFile(fd);
    this.runTimes = new DurationHistogram(this.#runTimes);
  }

  claim(word: number): boolean {
    const turn = nextTurn(this.#turns[word] ?? 0);
    this.#turns[word] = turn;
    this.#file.setByte(at.claimed + word, turn);
    if (this.#file.byte(at.withdrawn + word) !== turn) return true;
    this.#file.setByte(at.claimed + word, 0);
    return false;
  }

  watch(word: number): void {
    this.#file.setByte(at.claimed + word, (this.#turns[word] ?? 0) | watchingBit);
  }

  /** Ignores false: between two tasks of a batch the slot counts as held. `setBusy` clears it when work ends. */
  hold(isHeld: boolean): void {
    if (isHeld) this.#setRunning(1);
  }

  suspend(change: 1 | -1): void {
    this.#suspended += change;
    if (change === 1) this.#setRunning(0);
    this.#file.setUint32(at.suspended, this.#suspended);
  }

  setBusy(isBusy: boolean): void {
    if (!isBusy) this.#setRunning(0);
  }

  posted(): void {
    this.#file.setFloat64(at.posted, ++this.#posted);
  }

  ends(exitCode: number): void {
    this.#file.setUint32(at.exitCode, 1 + (exitCode & 0xff));
  }

  /** Tells whether the caller has asked for room since the last call that returned true. */
  isRoomAsked(): boolean {
    const asked = this.#file.uint32(at.roomAsked);
    if (asked === this.#roomGiven) return false;
    this.#roomGiven = asked;
    return true;
  }

  /** Writes the run times to the file, for the caller. */
  publish(): void {
    this.#file.write(this.#runTimeBytes, at.runTimes);
  }

  bell(): number {
    return this.#file.float64(at.bell);
  }

  startSpinning(): boolean {
    if (this.#file.byte(at.maySpin) === 0) return false;
    this.#file.setByte(at.spinning, 1);
    return true;
  }

  stopSpinning(): void {
    this.#file.setByte(at.spinning, 0);
  }

  #setRunning(count: number): void {
    if (count === this.#running) return;
    this.#running = count;
    this.#file.setUint32(at.running, count);
  }
}
