/** What shows the progress of one iteration: a bar (bars.ts), lines (lines.ts), or nothing. */
export interface Display {
  /** So many items have been yielded. */
  update(done: number): void;
  /** A text of the task that runs, behind the counts. */
  note(text: string): void;
  /** The iteration is over: to its end, or not. */
  end(done: number, isComplete: boolean): void;
}

/** What is shown. */
export interface DisplayFacts {
  readonly label: string;
  /** The number of all items, if it is known. */
  readonly total: number | undefined;
  readonly stream: NodeJS.WriteStream;
}

export const noDisplay: Display = { update: () => undefined, note: () => undefined, end: () => undefined };

/** Shows a duration in seconds as a clock does: `1:02:03`, `2:03`, `3 s`. */
export function showSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${String(whole)} s`;
  const [minutes, hours] = [Math.floor(whole / 60) % 60, Math.floor(whole / 3600)];
  const tail = `${String(minutes).padStart(hours > 0 ? 2 : 1, '0')}:${String(whole % 60).padStart(2, '0')}`;
  return hours > 0 ? `${String(hours)}:${tail}` : tail;
}

/** Shows the time that is left, if it goes on as before; `undefined` when that can't be told. */
export function showLeft(done: number, total: number | undefined, seconds: number): string | undefined {
  if (total === undefined || done === 0) return undefined;
  return `${showSeconds(((total - done) * seconds) / done)} left`;
}

/** Shows a rate with three digits: `0.25/s`, `12.3/s`, `4560/s`. */
export function showRate(items: number, seconds: number): string {
  if (items === 0 || seconds <= 0) return '-/s';
  const rate = items / seconds;
  return `${rate >= 100 ? String(Math.round(rate)) : rate.toPrecision(3).replace(/\.?0+$/, '')}/s`;
}
