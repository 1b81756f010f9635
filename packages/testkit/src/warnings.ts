import { runInThisContext } from 'node:vm';
import { until } from './until.js';

/** A warning as `process` emits it. */
export interface Warning extends Error {
  readonly code?: string;
  readonly detail?: string;
}

/** The process that emits warnings and signals. Under Jest, the global `process` is a copy that emits nothing. */
export const hostProcess = runInThisContext('process') as NodeJS.Process;

/** Marks a warning that a test expects. A Jest environment may fail a file in which a warning has no mark. */
const CLAIMED = Symbol.for('heddle.test.claimed');

/** Collects warnings, and marks them as expected, until it is stopped. */
export class Warnings {
  readonly list: Warning[] = [];
  readonly #listener: (warning: Warning) => void;

  /** @param accept - tells whether to collect a warning; by default those of Heddle are collected */
  constructor(accept: (warning: Warning) => boolean = ({ name }) => name === 'HeddleWarning') {
    this.#listener = (warning) => {
      if (!accept(warning)) return;
      Object.defineProperty(warning, CLAIMED, { value: true });
      this.list.push(warning);
    };
    hostProcess.on('warning', this.#listener);
  }

  /** The warnings as texts: each is `code message`, and on the next line its detail. */
  get all(): string[] {
    return this.list.map(({ code, message, detail }) => `${String(code)} ${message}\n${String(detail)}`);
  }

  /** Resolves to the text of the first warning. */
  async first(): Promise<string> {
    await until('a warning', () => this.list.length > 0);
    return this.all[0] ?? '';
  }

  stop(): void {
    hostProcess.off('warning', this.#listener);
  }
}

/**
 * Collects the warnings with this code while `body` runs, and afterwards until there are `count`.
 *
 * @param matching - warnings with another message don't count
 * @throws Error when there are fewer than `count` within 30 s
 */
export async function warningsOf(code: string, count: number, body: () => unknown, matching?: RegExp): Promise<Warning[]> {
  const warnings = new Warnings((warning) => warning.code === code && matching?.test(warning.message) !== false);
  try {
    await body();
    await until(`${String(count)} warnings ${code}`, () => warnings.list.length >= count);
    await new Promise(setImmediate); // further warnings of the same turn count, too
    return warnings.list;
  } finally {
    warnings.stop();
  }
}

/** Resolves with the next warning of a code. */
export function nextWarning(code: string): Promise<Warning> {
  return new Promise((resolve) => {
    const warnings = new Warnings((warning) => {
      if (warning.code !== code) return false;
      warnings.stop();
      resolve(warning);
      return true;
    });
  });
}
