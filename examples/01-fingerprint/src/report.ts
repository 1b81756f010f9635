import type { Comparison } from './compare-runs.js';
import type { Run } from './runs.js';
import type { Unreadable } from './walk.js';

const shown = 20;
const number = new Intl.NumberFormat('en-US');

/** Bytes of all files a run has read, whether or not they changed. */
function bytesOf({ results }: Run): number {
  return results.reduce((sum, { contents }) => sum + (contents?.bytes ?? 0), 0);
}

function speed(run: Run): string {
  const seconds = run.elapsedMs / 1000;
  return `${run.title.padEnd(12)} ${seconds.toFixed(2).padStart(8)} s ${(bytesOf(run) / 1e6 / seconds).toFixed(1).padStart(8)} MB/s`;
}

function list(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length > shown ? [`  ... and ${number.format(lines.length - shown)} more`] : [];
  return ['', `${title}: ${number.format(lines.length)}`, ...lines.slice(0, shown).map((line) => `  ${line}`), ...rest];
}

function speedUp(inline: Run, run: Run): string {
  const ratio = inline.elapsedMs / run.elapsedMs;
  return Number.isFinite(ratio) ? `   ${ratio.toFixed(2)} times the speed of inline` : '';
}

/** What the program prints in the end. */
export function report([inline, ...others]: readonly [Run, ...Run[]], comparison: Comparison, unlisted: readonly Unreadable[]): string {
  const { steady, totals, digests, unreadable, changed, mismatches } = comparison;
  const unread = [...unlisted, ...unreadable].map(({ path, reason }) => `${path} (${reason})`);
  return [
    speed(inline),
    ...others.map((run) => speed(run) + speedUp(inline, run)),
    '',
    `files        ${number.format(steady)}`,
    `bytes        ${number.format(totals.bytes)}`,
    `gzip bytes   ${number.format(totals.gzipBytes)}`,
    `lines        ${number.format(totals.lines)}`,
    `words        ${number.format(totals.words)}`,
    `SHA-256      ${digests[0] ?? ''}`,
    ...list('Could not be read', unread),
    ...list('Changed meanwhile, thus left out', changed),
    ...list('DIFFERENT RESULTS', mismatches),
    '',
    ...verdict([inline, ...others], digests),
  ].join('\n');
}

function verdict(runs: readonly Run[], digests: readonly string[]): string[] {
  const [expected] = digests;
  if (digests.every((digest) => digest === expected)) return [`All ${String(runs.length)} runs agree to the byte.`];
  return ['The runs differ:', ...runs.map(({ title }, i) => `  ${title.padEnd(12)} ${digests[i] ?? ''}`)];
}
