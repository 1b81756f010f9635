/** The turn of a waiter: it was granted, or all waiters were sent away. */
export type Turn = 'granted' | 'flushed';

/** How a wait ended. */
export type Ending = Turn | 'timed out';

/** One waiter, in its own thread. */
export class Waiter {
  readonly line: number;
  turn: Turn | undefined;
  /** Called when its turn has come. A thread that blocks looks at `turn` instead. */
  onTurn: ((turn: Turn) => void) | undefined;
  /** Called when it is taken out of its line before its turn. Inside. */
  onWithdraw: (() => void) | undefined;

  constructor(line: number) {
    this.line = line;
  }

  settle(turn: Turn): void {
    this.turn = turn;
    this.onTurn?.(turn);
  }
}
