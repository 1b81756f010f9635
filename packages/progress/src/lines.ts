import { showLeft, showRate, showSeconds, type Display, type DisplayFacts } from './display.js';

/**
 * Prints a line now and then, for logs and pipes: `resize: 120/400 (30 %), 24/s, 12 s left`.
 *
 * @param intervalMs - at least so much time is between two lines; the last one comes in any case
 * @param now - tells the time in milliseconds
 */
export function linesDisplay({ label, total, stream }: DisplayFacts, intervalMs: number, now: () => number): Display {
  const startedAt = now();
  let printedAt = startedAt;
  let text = '';
  const print = (done: number, end: string): void => {
    const seconds = (now() - startedAt) / 1000;
    const share = total === undefined || total === 0 ? '' : `/${String(total)} (${String(Math.floor((done / total) * 100))} %)`;
    const left = end === '' ? showLeft(done, total, seconds) : undefined;
    stream.write(
      `${label}: ${String(done)}${share}, ${showRate(done, seconds)}${left === undefined ? '' : `, ${left}`}${text === '' ? '' : ` - ${text}`}${end}\n`,
    );
  };
  return {
    update: (done) => {
      if (now() - printedAt < intervalMs) return;
      printedAt = now();
      print(done, '');
    },
    note: (note) => {
      text = note;
    },
    end: (done, isComplete) => {
      text = '';
      print(done, `${isComplete ? ', done' : ', ended early'} after ${showSeconds((now() - startedAt) / 1000)}`);
    },
  };
}
