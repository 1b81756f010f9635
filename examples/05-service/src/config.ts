import { readFile } from 'node:fs/promises';

/** What can be set. Changes of `largest` take effect upon SIGHUP, those of the others at the next start. */
export interface Config {
  readonly port: number;
  /** Up to where primes are counted. */
  readonly largest: number;
  readonly workers: number;
  readonly stopTimeoutMs: number;
  readonly busyTimeoutMs: number;
}

const names = ['port', 'largest', 'workers', 'stopTimeoutMs', 'busyTimeoutMs'] as const;

/** @throws Error when the file can't be read, or lacks something */
export async function readConfig(file: string): Promise<Config> {
  const values = JSON.parse(await readFile(file, 'utf8')) as Partial<Config>;
  for (const name of names) {
    if (typeof values[name] !== 'number') throw new Error(`${file}: ${name} must be a number`);
  }
  return values as Config;
}
