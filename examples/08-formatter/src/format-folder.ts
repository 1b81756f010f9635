import { createHash, randomUUID } from 'node:crypto';
import { opendir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { withProgress, type ProgressOptions } from '@heddle/progress';
import { memoized, type Executor } from 'heddle';
import { formatText, type Source } from './format-text.js';

const extensions = new Set(['.js', '.mjs', '.cjs', '.ts', '.json', '.md', '.css', '.yaml', '.yml']);

/** What became of the files. */
export interface Report {
  readonly files: number;
  /** The files that were written, or would be. */
  readonly changed: string[];
  /** The files that could not be read, parsed or written, with the reason. */
  readonly failed: { readonly file: string; readonly reason: string }[];
}

/** What `formatFolder` works with. */
export interface Means {
  readonly executor: Executor;
  /** Whether changed files are written. */
  readonly write: boolean;
  /** Aborting it ends the work between two files: each file is as it was, or formatted. */
  readonly signal?: AbortSignal;
  readonly progress?: ProgressOptions;
}

/**
 * Formats all files of a folder. Equal texts are formatted once. The reader of the folder, the workers and the writer run at the same time; no more
 * than a few files for each worker are in memory.
 */
export async function formatFolder(folder: string, { executor, write, signal, progress }: Means): Promise<Report> {
  const changed: string[] = [];
  const failed: { file: string; reason: string }[] = [];
  const formatter = memoized(signal === undefined ? executor : executor.with({ signal }), { key: keyOf, maxSize: 10_000 });
  let files = 0;
  const ahead: Promise<Formatted>[] = [];
  const ended = async function* (): AsyncGenerator<Formatted> {
    for await (const file of filesOf(folder)) {
      if (signal?.aborted === true) break;
      files += 1;
      ahead.push(pending(file));
      if (ahead.length > 4 * executor.parallelism) yield await (ahead.shift() as Promise<Formatted>);
    }
    while (ahead.length > 0) yield await (ahead.shift() as Promise<Formatted>);
  };

  async function pending(file: string): Promise<Formatted> {
    try {
      const text = await readFile(file, 'utf8');
      const formatted = await formatter.submit(formatText, { text, extension: extname(file) });
      return { file, formatted: formatted === text ? undefined : formatted };
    } catch (error) {
      return { file, error: error instanceof Error ? error : new Error('a value that is no error was thrown') };
    }
  }

  for await (const { file, formatted, error } of withProgress(ended(), { label: 'format', ...progress })) {
    if (error !== undefined) failed.push({ file, reason: error.message.split('\n')[0] ?? '' });
    else if (formatted !== undefined) {
      if (write) await replace(file, formatted);
      changed.push(file);
    }
  }
  return { files, changed, failed };
}

interface Formatted {
  readonly file: string;
  /** The new text, if it differs. */
  readonly formatted?: string | undefined;
  readonly error?: Error;
}

/** Equal texts of one language are formatted once. */
function keyOf({ text, extension }: Source): string {
  return createHash('sha256').update(extension).update('\0').update(text).digest('base64');
}

/** Replaces a file as a whole: whoever reads it, even after Ctrl-C, finds the old text or the new one. */
async function replace(file: string, text: string): Promise<void> {
  const beside = `${file}.${randomUUID()}`;
  try {
    await writeFile(beside, text);
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function* filesOf(folder: string): AsyncGenerator<string> {
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')) yield* filesOf(path);
    else if (entry.isFile() && extensions.has(extname(entry.name))) yield path;
  }
}
