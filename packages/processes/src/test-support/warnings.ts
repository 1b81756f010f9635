import { until } from '@heddle/testkit/support';
import { runInThisContext } from 'node:vm';

interface Warning extends Error {
  readonly code?: string;
  readonly detail?: string;
}

/** Collects what Heddle reports as warnings of the process, each as `code message`, and on the next line its detail. */
export class Warnings {
  readonly all: string[] = [];
  /** Jest's own is a copy that is told of nothing. */
  readonly #process = runInThisContext('process') as NodeJS.Process;
  readonly #listener = ({ name, code, message, detail }: Warning): void => {
    if (name === 'HeddleWarning') this.all.push(`${String(code)} ${message}\n${String(detail)}`);
  };

  constructor() {
    this.#process.on('warning', this.#listener);
  }

  /** Resolves to the first. */
  async first(): Promise<string> {
    await until('a warning', () => this.all.length > 0);
    return this.all[0] ?? '';
  }

  stop(): void {
    this.#process.off('warning', this.#listener);
  }
}
