/** Bars on a terminal. All bars of one stream are one cli-progress MultiBar, which is there while one of them is. */
import type * as CliProgress from 'cli-progress';
import { showLeft, showRate, type Display, type DisplayFacts } from './display.js';

interface Payload {
  readonly label: string;
  note: string;
}

/** The bars of a stream. */
interface Group {
  readonly multi: CliProgress.MultiBar;
  shown: number;
}

const groups = new Map<NodeJS.WriteStream, Group>();

/** The width of a terminal that does not tell it. */
const usualColumns = 80;

/** The signals after which a program usually ends. */
const signals = ['SIGINT', 'SIGTERM'] as const;

/** Shows a bar: `resize  [=====>    ] 48 % | 120/250 | 24/s | 5 s left | photo.jpg`. */
export function barDisplay(cliProgress: typeof CliProgress, { label, total, stream }: DisplayFacts, now: () => number): Display {
  const group = groupOf(cliProgress, stream);
  const payload: Payload = { label, note: '' };
  const startedAt = now();
  let endedAt: number | undefined;
  const format: CliProgress.Options['format'] = (options, { value, progress }) =>
    lineOf(options, progress, value, total, payload, ((endedAt ?? now()) - startedAt) / 1000, stream.columns);
  const bar = group.multi.create(total ?? 0, 0, payload, { format });
  return {
    update: (done) => {
      bar.update(done);
    },
    note: (text) => {
      payload.note = text;
    },
    end: (done) => {
      endedAt = now();
      bar.update(done);
      bar.stop();
      group.shown -= 1;
      if (group.shown === 0) stop(stream, group);
    },
  };
}

function groupOf({ MultiBar: Bars, Presets }: typeof CliProgress, stream: NodeJS.WriteStream): Group {
  let group = groups.get(stream);
  if (group === undefined) {
    // Its own handling of signals would keep the program alive after Ctrl-C.
    const multi = new Bars({ stream, hideCursor: true, gracefulExit: false, clearOnComplete: false, fps: 10 }, Presets.legacy);
    group = { multi, shown: 0 };
    groups.set(stream, group);
    if (groups.size === 1) watch();
  }
  group.shown += 1;
  return group;
}

function stop(stream: NodeJS.WriteStream, { multi }: Group): void {
  groups.delete(stream);
  multi.stop(); // the cursor is there again
  if (groups.size === 0) unwatch();
}

function stopAll(): void {
  for (const [stream, group] of [...groups]) stop(stream, group);
}

/** The cursor comes back, and then the signal does what it would have done. */
function onSignal(signal: NodeJS.Signals): void {
  stopAll();
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

function watch(): void {
  for (const signal of signals) process.once(signal, onSignal);
  process.once('exit', stopAll);
}

function unwatch(): void {
  for (const signal of signals) process.off(signal, onSignal);
  process.off('exit', stopAll);
}

function lineOf(
  { barCompleteString = '=', barIncompleteString = '-' }: CliProgress.Options,
  progress: CliProgress.Params['progress'],
  done: number,
  total: number | undefined,
  { label, note }: Payload,
  seconds: number,
  columns: number,
): string {
  const size = 24;
  const filled = Math.round(progress * size);
  const bar = `[${barCompleteString.slice(0, filled)}${barIncompleteString.slice(0, size - filled)}]`;
  const left = total !== undefined && done >= total ? undefined : showLeft(done, total, seconds);
  const counts =
    total === undefined ? String(done) : `${bar} ${String(Math.floor(progress * 100)).padStart(3)} % | ${String(done)}/${String(total)}`;
  const line = `${label}  ${counts} | ${showRate(done, seconds)}${left === undefined ? '' : ` | ${left}`}${note === '' ? '' : ` | ${note}`}`;
  return line.slice(0, (columns > 0 ? columns : usualColumns) - 1); // a line that wraps would be drawn again and again
}
