import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Options {
  readonly folder: string;
  /** Workers of each pool; `undefined` leaves it to Heddle. */
  readonly workers: number | undefined;
  /** Files at most. */
  readonly limit: number;
  readonly help: boolean;
}

export const usage = `Usage: npm run demo -- [DIR] [--workers N] [--limit N]

Computes SHA-256, gzip size, lines and words of every file below DIR: first in this thread, then on a pool of threads, then on
a pool of processes. All three runs must agree.

  DIR           the folder to walk; by default this checkout, node_modules and all
  --workers N   threads, and processes, of the pools; by default one for each CPU this process may use
  --limit N     the first N files only
  --help        this text
`;

const checkout = fileURLToPath(new URL('../../../', import.meta.url));

/** The command line is wrong. */
export class UsageError extends Error {}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  if (positionals.length > 1) throw new UsageError(`one folder at a time, got ${positionals.join(' ')}`);
  return {
    folder: positionals[0] ?? checkout,
    workers: count('--workers', values.workers),
    limit: count('--limit', values.limit) ?? Infinity,
    help: values.help === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { workers: { type: 'string' }, limit: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function count(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new UsageError(`${option} takes a whole number from 1, got "${text}"`);
  }
  return value;
}
